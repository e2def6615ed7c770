package stored

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"glas/internal/i18n"
	"glas/tenant"
)

// Act is a public act of a consultation with the blocks of its newest version.
type Act struct {
	ID, Title, Lang string
	Number          int // of the version
	Blocks          []ActBlock
	// First are the blocks of the first version by their key, when there were several; Because the remarks that changed a block.
	First   map[string]ActBlock
	Because map[string][]string
}

// ActBlock is a piece of an act.
type ActBlock struct {
	TextID  string
	Key     string
	Kind    string
	Heading string
	Body    string
	Label   string
}

// Words is everything that a block says.
func (b ActBlock) Words() string { return strings.TrimSpace(b.Heading + "\n" + b.Body) }

// Acts reads the public acts of a consultation: four statements however many there are.
func Acts(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Act, error) {
	var heads []struct {
		ID, Title, Lang, VersionID string
		VersionNumber              int
	}
	if err := tx.Raw(`select id, title, lang, version_id, version_number from texts where tenant_id = ? and consultation_id = ? and version_id <> '' order by position, id`,
		tx.ID(), consultationID).Scan(ctx, &heads); err != nil {
		return nil, fmt.Errorf("read acts: %w", err)
	}
	if len(heads) == 0 {
		return nil, nil
	}
	byID := map[string]*Act{}
	var all []*Act
	var texts, versions []string
	for _, h := range heads {
		a := &Act{ID: h.ID, Title: h.Title, Lang: h.Lang, Number: h.VersionNumber, First: map[string]ActBlock{}, Because: map[string][]string{}}
		all, byID[h.ID] = append(all, a), a
		texts, versions = append(texts, h.ID), append(versions, h.VersionID)
	}
	var blocks []ActBlock
	if err := tx.Raw(`select text_id, key, kind, heading, body, label from text_blocks where tenant_id = ? and version_id in (?) order by position`,
		tx.ID(), bun.In(versions)).Scan(ctx, &blocks); err != nil {
		return nil, fmt.Errorf("read blocks of acts: %w", err)
	}
	for _, b := range blocks {
		byID[b.TextID].Blocks = append(byID[b.TextID].Blocks, b)
	}
	return all, history(ctx, tx, byID, texts)
}

// history reads how the acts read at first, and because of what they were changed.
func history(ctx context.Context, tx *tenant.Tx, byID map[string]*Act, texts []string) error {
	var first []ActBlock
	if err := tx.Raw(`select b.text_id, b.key, b.kind, b.heading, b.body, b.label from text_blocks b join text_versions v on v.tenant_id = b.tenant_id and v.id = b.version_id
		join texts t on t.tenant_id = b.tenant_id and t.id = b.text_id
		where b.tenant_id = ? and b.text_id in (?) and v.number = 1 and v.state = 'published' and t.version_number > 1 order by b.position`, tx.ID(), bun.In(texts)).Scan(ctx, &first); err != nil {
		return fmt.Errorf("read first wording: %w", err)
	}
	for _, b := range first {
		byID[b.TextID].First[b.Key] = b
	}
	var why []struct{ TextID, Key, Because string }
	if err := tx.Raw(`select b.text_id, b.key, b.because from text_blocks b join text_versions v on v.tenant_id = b.tenant_id and v.id = b.version_id
		where b.tenant_id = ? and b.text_id in (?) and v.state = 'published' and b.because <> '' order by v.number`, tx.ID(), bun.In(texts)).Scan(ctx, &why); err != nil {
		return fmt.Errorf("read reasons of changes: %w", err)
	}
	for _, w := range why {
		a := byID[w.TextID]
		a.Because[w.Key] = append(a.Because[w.Key], w.Because)
	}
	return nil
}

// Plan is a public plan sheet of a consultation with its zones.
type Plan struct {
	ID, Title, Lang string
	Zones           []struct {
		Key    string `json:"key"`
		Number string `json:"number"`
		Label  string `json:"label"`
	} `bun:"type:jsonb"`
}

// Plans reads the public plan sheets of a consultation; one statement.
func Plans(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Plan, error) {
	var rows []Plan
	err := tx.Raw(`select id, title, lang, zones from sheets where tenant_id = ? and consultation_id = ? and state = 'published' order by position, id`, tx.ID(), consultationID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read plan sheets: %w", err)
	}
	return rows, nil
}

// Mine is a remark of somebody with what was answered.
type Mine struct {
	AuthorID          string
	Year              int
	Number            int64
	Body              string
	PublicDisposition string
	PublicAnswer      *struct {
		Reason i18n.Text `json:"reason"`
	} `bun:"type:jsonb"`
}

// MineOf reads the remarks of some accounts on a consultation that can be read, with their published answers.
func MineOf(ctx context.Context, tx *tenant.Tx, consultationID string, accountIDs []string) ([]Mine, error) {
	if len(accountIDs) == 0 {
		return nil, nil
	}
	var rows []Mine
	err := tx.Raw(`select author_id, year, number, body, public_disposition, public_answer from remarks
		where tenant_id = ? and consultation_id = ? and author_id in (?) and state = 'shown' order by seq`, tx.ID(), consultationID, bun.In(accountIDs)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read remarks of participants: %w", err)
	}
	return rows, nil
}
