package stored

import (
	"context"
	"time"

	"glas/tenant"
)

// CaseFieldPost is what somebody in the field sent; its ID is that of the device.
type CaseFieldPost struct {
	tenant.Key
	CaseID    string
	AccountID string
	Action    string
	CreatedAt time.Time
}

// FindFieldPost is a post by the id of the device; nil when it never came.
func FindFieldPost(ctx context.Context, tx *tenant.Tx, postID string) (*CaseFieldPost, error) {
	row, _, err := get[CaseFieldPost](ctx, tx, "", "case_field_post.id = ?", postID)
	return row, err
}
