package attachments

import "glas/internal/form"

// Looked is a file that was looked into, for parts that keep files in their own way.
type Looked struct {
	Name        string
	ContentType string
	Data        []byte
	// Photo tells a picture from a document; Scan marks a PDF that seems to hold pictures only.
	Photo, Scan bool
}

// Look reads a file and tells by its content what it is. What is not taken is fault.Invalid at the field "files".
func Look(f form.File) (Looked, error) {
	c, err := look(f)
	return Looked{Name: c.name, ContentType: c.contentType, Data: c.data, Photo: c.kind == Photo, Scan: c.scan}, err
}
