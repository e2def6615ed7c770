package attachments

import "glas/internal/form"

// Usable tells by its content whether a file that nobody chose in a form, such as one of an e-mail, would be taken: Photo, Document, or
// empty for a file that is refused.
func Usable(f form.File) string {
	c, err := look(f)
	if err != nil {
		return ""
	}
	return c.kind
}
