package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/votes"
	"glas/tenant"
)

// Result is the published outcome of a consultation.
type Result struct {
	tenant.Key
	ConsultationID string
	Text           i18n.Text `bun:"type:jsonb"`
	PublishedAt    time.Time
	UpdatedAt      time.Time
}

// Kinds of change that everybody is told about.
const (
	ChangeExtended  = "extended"
	ChangeClosed    = "closed_early"
	ChangeTightened = "tightened"
	// ChangeRestarted says that the term began anew because a document was replaced.
	ChangeRestarted = "restarted"
	// ChangeReplaced says that a document was replaced without any effect on the term.
	ChangeReplaced = "replaced"
	// ChangeOverridden says that a rule was set aside.
	ChangeOverridden = "overridden"
)

// Change is something that staff changed while the consultation was public.
type Change struct {
	tenant.Key
	ConsultationID string
	Kind           string
	Reason         i18n.Text `bun:"type:jsonb"`
	OldAt          time.Time `bun:",nullzero"`
	NewAt          time.Time `bun:",nullzero"`
	// About is the title of what changed, such as a document.
	About     i18n.Text `bun:"type:jsonb"`
	CreatedAt time.Time
}

// Preview lets whoever holds its token see a consultation that is not public yet.
type Preview struct {
	tenant.Key
	ConsultationID string
	TokenHash      string
	ExpiresAt      time.Time
	Uses           int64
	CreatedBy      string
	CreatedAt      time.Time
}

const (
	resultTable  = "consultation_results AS result"
	changeTable  = "consultation_changes AS change"
	previewTable = "consultation_previews AS preview"
)

// Load finds a consultation by its id, in any state, with its phases.
func Load(ctx context.Context, tx *tenant.Tx, consultationID string) (*Consultation, error) {
	return load(ctx, tx, "id", consultationID)
}

// LoadSlug finds a consultation by the name in its address.
func LoadSlug(ctx context.Context, tx *tenant.Tx, slug string) (*Consultation, error) {
	return load(ctx, tx, "slug", slug)
}

func load(ctx context.Context, tx *tenant.Tx, column, value string) (*Consultation, error) {
	c := new(Consultation)
	err := selecting(tx, c).Where("consultation.? = ?", bun.Ident(column), value).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("consultations.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("load consultation: %w", err)
	}
	return c.as(tx.Tenant()), nil
}

// selecting reads consultations with what belongs on every page of theirs, in one statement.
func selecting(tx *tenant.Tx, model any) *bun.SelectQuery {
	return tx.Select(model).ColumnExpr("consultation.*, department.name AS department_name, area.name AS area_name").
		Join("LEFT JOIN departments AS department ON department.tenant_id = consultation.tenant_id AND department.id = consultation.department_id").
		Join("LEFT JOIN areas AS area ON area.tenant_id = consultation.tenant_id AND area.id = consultation.area_id")
}

// LoadMany finds consultations by their ids, in any state, with their phases; unknown ones are left out. One statement.
func LoadMany(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]*Consultation, error) {
	found := make(map[string]*Consultation, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []*Consultation
	if err := selecting(tx, &rows).Where("consultation.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load consultations: %w", err)
	}
	for _, c := range rows {
		found[c.ID] = c.as(tx.Tenant())
	}
	return found, nil
}

// Delta is by how much the counters of a consultation change. Participants are accounts that took part; each is counted once.
type Delta struct {
	Proposals, Comments, Votes int64
	Participants               []string
}

// Count changes the counters of a consultation. The first vote ever freezes its rules.
func Count(ctx context.Context, tx *tenant.Tx, consultationID string, d Delta) error {
	var fresh int64
	for _, account := range d.Participants {
		n, err := takePart(ctx, tx, "values (?, ?, ?, ?, ?)", tx.ID(), id.New(), consultationID, account, tx.Now())
		if err != nil {
			return err
		}
		fresh += n
	}
	q := tx.Update((*Consultation)(nil)).Where("consultation.id = ?", consultationID).
		Set("proposal_count = proposal_count + ?", d.Proposals).
		Set("comment_count = comment_count + ?", d.Comments).
		Set("vote_count = vote_count + ?", d.Votes).
		Set("participant_count = participant_count + ?", fresh)
	if d.Votes > 0 {
		q = q.Set("first_vote_at = coalesce(first_vote_at, ?)", tx.Now())
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("count on consultation: %w", err)
	}
	return nil
}

// takePart notes participants, given as values or a selection of the five columns, and says how many were not known before.
func takePart(ctx context.Context, tx *tenant.Tx, rows string, args ...any) (int64, error) {
	res, err := tx.Raw("insert into consultation_participants (tenant_id, id, consultation_id, account_id, created_at) "+rows+
		" on conflict (tenant_id, consultation_id, account_id) do nothing", args...).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("count participants: %w", err)
	}
	return res.RowsAffected()
}

// CountVoters counts those whose votes are in a frozen result among the participants: on the consultation itself, or on what was voted
// on in one scope. An association counts by one of those who may act for it, unless one of them took part already. Of deleted accounts
// nobody is known any more. Saying it twice counts nobody twice.
func CountVoters(ctx context.Context, tx *tenant.Tx, consultationID string, result subject.Ref) error {
	voters, args := "v.subject_kind = ? and v.subject_id = ?", []any{Kind, result.ID}
	if result.Kind == votes.KindScope {
		voters, args = "v.subject_id in (select t.subject_id from vote_totals t where t.tenant_id = ? and t.scope = ?)", []any{tx.ID(), result.ID}
	}
	fresh := int64(0)
	for _, one := range []struct {
		kind, who string
		args      []any
	}{
		{votes.VoterCitizen, `select a.id from accounts a where a.tenant_id = ? and a.deleted_at is null and a.id in (`, nil},
		{votes.VoterAssociation, `select min(m.account_id) as id from organisation_members m where m.tenant_id = ? and not exists (select 1 from organisation_members o
			join consultation_participants p on p.tenant_id = o.tenant_id and p.account_id = o.account_id and p.consultation_id = ?
			where o.tenant_id = m.tenant_id and o.organisation_id = m.organisation_id) and m.organisation_id in (`, []any{consultationID}},
	} {
		rows := `select ?, ? || ':' || w.id, ?, w.id, ? from (` + one.who + `select v.voter_id from votes v where v.tenant_id = ? and v.voter_kind = ? and ` + voters + `)`
		if one.kind == votes.VoterAssociation {
			rows += " group by m.organisation_id"
		}
		all := append([]any{tx.ID(), consultationID, consultationID, tx.Now(), tx.ID()}, one.args...)
		all = append(append(all, tx.ID(), one.kind), args...)
		n, err := takePart(ctx, tx, rows+") w where w.id is not null", all...)
		if err != nil {
			return fmt.Errorf("count voters: %w", err)
		}
		fresh += n
	}
	if fresh == 0 {
		return nil
	}
	_, err := tx.Update((*Consultation)(nil)).Where("consultation.id = ?", consultationID).Set("participant_count = participant_count + ?", fresh).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count voters: %w", err)
	}
	return nil
}

// Participants are the accounts that took part, in order of their ids.
func Participants(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error) {
	var ids []string
	err := tx.Raw("select account_id from consultation_participants where tenant_id = ? and consultation_id = ? order by account_id", tx.ID(), consultationID).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	return ids, nil
}

// Tally stores the votes on consultations themselves, in one statement for all of them; the difference to before goes into the count of
// all votes in each. totals names each consultation once.
func Tally(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	if len(totals) == 0 {
		return nil
	}
	rows := make([]string, len(totals))
	args := make([]any, 0, 7*len(totals)+2)
	for i, t := range totals {
		rows[i] = "(?, ?, ?, ?, ?, ?, ?)"
		args = append(args, t.Ref.ID, t.Up, t.Down, t.Abstain, t.Count, t.Sum, t.Associations)
	}
	_, err := tx.Raw(`with told (id, up, down, abstain, n, total, associations) as (values `+strings.Join(rows, ", ")+`)
		update consultations set vote_count = vote_count + told.n - own_count, own_up = told.up, own_down = told.down, own_abstain = told.abstain,
		own_count = told.n, own_sum = told.total, own_associations = told.associations,
		first_vote_at = case when told.n > 0 then coalesce(first_vote_at, ?) else first_vote_at end
		from told where consultations.tenant_id = ? and consultations.id = told.id`, append(args, tx.Now(), tx.ID())...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("tally on consultations: %w", err)
	}
	return nil
}

// CountDocuments changes how many documents stand beside the text.
func CountDocuments(ctx context.Context, tx *tenant.Tx, consultationID string, delta int) error {
	_, err := tx.Update((*Consultation)(nil)).Where("consultation.id = ?", consultationID).Set("document_count = document_count + ?", delta).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count documents: %w", err)
	}
	return nil
}
