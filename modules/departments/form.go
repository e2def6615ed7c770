package departments

import (
	"glas/internal/form"
	"glas/internal/id"
)

func (d *Department) fill(f *form.Form) {
	f.Set("email", d.Email)
	f.Set("head", d.HeadID)
}

func (d *Department) read(f *form.Form) {
	head := f.Value("head")
	f.Check("head", head == "" || id.Valid(head), "val.choose")
	d.Email, d.HeadID = f.Email("email"), head
}
