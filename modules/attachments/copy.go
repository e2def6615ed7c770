package attachments

import "context"

// Bytes reads a stored variant of a file (Full or Thumb of a photo, File of a document). Whether it may be read is for the caller to know.
func (m *Module) Bytes(ctx context.Context, a *Attachment, variant string) ([]byte, error) {
	return m.load(ctx, a.key(variant))
}
