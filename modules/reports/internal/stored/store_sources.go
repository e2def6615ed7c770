package stored

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/reports/internal/record"
	"glas/modules/votes"
	"glas/tenant"
)

// step is how many rows are read at once.
const step = 1000

// People are those who took part in a consultation, as far as they count in groups. Of deleted accounts nothing is known.
func People(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Person, error) {
	var rows []Person
	err := tx.Raw(`select coalesce(a.birth_year, 0) as birth_year, a.area_ids from consultation_participants p
		left join accounts a on a.tenant_id = p.tenant_id and a.id = p.account_id and a.deleted_at is null
		where p.tenant_id = ? and p.consultation_id = ?`, tx.ID(), consultationID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count participants: %w", err)
	}
	return rows, nil
}

// Outside counts by consultation those who took part without an account: whose public remarks came by letter, by e-mail, at the desk or at
// a hearing. Two statements, and one more for each thousand e-mail addresses, for however many consultations.
func Outside(ctx context.Context, tx *tenant.Tx, consultationIDs []string) (map[string]int64, error) {
	out := map[string]int64{}
	if len(consultationIDs) == 0 {
		return out, nil
	}
	var rows []struct{ ConsultationID, Name, Email, Address string }
	err := tx.Raw(`select distinct consultation_id, coalesce(nullif(person_name, ''), author_name) as name, person_email as email, person_address as address from remarks
		where tenant_id = ? and consultation_id in (?) and author_id = '' and channel <> 'web' and state = 'shown'`, tx.ID(), bun.In(consultationIDs)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read who wrote without an account: %w", err)
	}
	senders, mails := map[string][]record.Sender{}, []string{""}
	for _, r := range rows {
		senders[r.ConsultationID] = append(senders[r.ConsultationID], record.Sender{Name: r.Name, Email: r.Email, Address: r.Address})
		if r.Email != "" {
			mails = append(mails, strings.ToLower(r.Email))
		}
	}
	known := map[string]map[string]bool{}
	for part := range slices.Chunk(mails, step) {
		var both []struct{ ConsultationID, Email string }
		err := tx.Raw(`select p.consultation_id, lower(a.email) as email from consultation_participants p join accounts a on a.tenant_id = p.tenant_id and a.id = p.account_id
			where p.tenant_id = ? and p.consultation_id in (?) and a.deleted_at is null and lower(a.email) in (?)`, tx.ID(), bun.In(consultationIDs), bun.In(part)).Scan(ctx, &both)
		if err != nil {
			return nil, fmt.Errorf("read who took part twice: %w", err)
		}
		for _, b := range both {
			if known[b.ConsultationID] == nil {
				known[b.ConsultationID] = map[string]bool{}
			}
			known[b.ConsultationID][b.Email] = true
		}
	}
	for key, list := range senders {
		out[key] = record.Outside(list, known[key])
	}
	return out, nil
}

// Participants are the ids of those who took part, after one of them, in order.
func Participants(ctx context.Context, tx *tenant.Tx, consultationID, after string, n int) ([]string, error) {
	var ids []string
	err := tx.Raw(`select account_id from consultation_participants where tenant_id = ? and consultation_id = ? and account_id > ? order by account_id limit ?`,
		tx.ID(), consultationID, after, n).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	return ids, nil
}

// Changes lists how the end of a consultation was changed.
func Changes(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Change, error) {
	var rows []Change
	err := tx.Select(&rows).ModelTableExpr("consultation_changes as change").Where("change.consultation_id = ?", consultationID).OrderExpr("change.created_at, change.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list changes: %w", err)
	}
	return rows, nil
}

// Proposals gives the public proposals of a consultation by number; of some authors only when ids are named.
func Proposals(ctx context.Context, tx *tenant.Tx, consultationID string, authors ...string) ([]Proposal, error) {
	var all []Proposal
	for last := int64(0); ; {
		var rows []Proposal
		q := tx.Select(&rows).ModelTableExpr("proposals as proposal").Where("proposal.consultation_id = ?", consultationID).Where("proposal.state = 'published'").
			Where("proposal.number > ?", last).OrderExpr("proposal.number").Limit(step)
		if len(authors) > 0 {
			q = q.Where("proposal.author_id in (?)", bun.In(authors))
		}
		if err := q.Scan(ctx); err != nil {
			return nil, fmt.Errorf("list proposals: %w", err)
		}
		all = append(all, rows...)
		if len(rows) < step {
			return all, nil
		}
		last = rows[len(rows)-1].Number
	}
}

// Results are the frozen results of votes on a consultation itself and in its phases.
func Results(ctx context.Context, tx *tenant.Tx, consultationID string, phases []string) ([]*votes.VoteSnapshot, error) {
	ids := []string{subject.Ref{Kind: "consultation", ID: consultationID}.String()}
	for _, p := range phases {
		ids = append(ids, votes.ScopeRef(p).String())
	}
	var rows []*votes.VoteSnapshot
	if err := tx.Select(&rows).Where("id in (?)", bun.In(ids)).Where("frozen_at is not null").OrderExpr("frozen_at, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	return rows, nil
}

// Concealed are the numbers of the remarks of a consultation that moderators took off the site.
func Concealed(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error) {
	var rows []struct{ Year, Number int64 }
	err := tx.Raw(`select year, number from remarks where tenant_id = ? and consultation_id = ? and state in ('hidden', 'refused', 'removed') order by seq`, tx.ID(), consultationID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list hidden remarks: %w", err)
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = fmt.Sprintf("%d/%d", r.Year, r.Number)
	}
	return out, nil
}

// Voters counts who cast votes in frozen scopes on what is public, and on the consultation itself when that result is frozen.
func Voters(ctx context.Context, tx *tenant.Tx, consultationID string, scopes []string, own bool) (int64, error) {
	if len(scopes) == 0 {
		scopes = []string{""}
	}
	var n int64
	err := tx.Raw(`select count(distinct v.voter_id) from votes v where v.tenant_id = ? and (
		(v.subject_kind = 'proposal' and v.scope in (?) and v.subject_id in (select p.id from proposals p where p.tenant_id = ? and p.consultation_id = ? and p.state = 'published'))
		or (? and v.subject_kind = 'consultation' and v.subject_id = ?))`, tx.ID(), bun.In(scopes), tx.ID(), consultationID, own, consultationID).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count voters: %w", err)
	}
	return n, nil
}

// Register is all that the public may see and whose term began, by the time of their end.
func Register(ctx context.Context, tx *tenant.Tx, from, to time.Time) ([]*Consultation, error) {
	var rows []*Consultation
	err := tx.Select(&rows).ModelTableExpr("consultations as consultation").Where("consultation.deleted_at is null").
		Where("consultation.state in ('published', 'archived')").Where("coalesce(consultation.ends_at, consultation.starts_at) >= ?", from).
		Where("coalesce(consultation.ends_at, consultation.starts_at) < ?", to).OrderExpr("coalesce(consultation.ends_at, consultation.starts_at), consultation.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read register: %w", err)
	}
	return rows, nil
}

// FirstEnd is when the first consultation of all ended or began; zero when there is none.
func FirstEnd(ctx context.Context, tx *tenant.Tx) (time.Time, error) {
	var rows []*Consultation
	err := tx.Select(&rows).ModelTableExpr("consultations as consultation").Column("id", "starts_at", "ends_at").Where("consultation.deleted_at is null").
		Where("consultation.state in ('published', 'archived')").Where("consultation.starts_at is not null").
		OrderExpr("coalesce(consultation.ends_at, consultation.starts_at)").Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	if rows[0].EndsAt.IsZero() {
		return rows[0].StartsAt, nil
	}
	return rows[0].EndsAt, nil
}

// Duties are the consultations whose term is over or runs and for which something may still be due: the answer or the report.
// department narrows them when not empty.
func Duties(ctx context.Context, tx *tenant.Tx, department string, n int64) ([]*Consultation, error) {
	var rows []*Consultation
	q := tx.Select(&rows).ModelTableExpr("consultations as consultation").Where("consultation.deleted_at is null").Where("consultation.state = 'published'").
		Where(`((consultation.answer_by is not null and consultation.answered_at is null) or (consultation.report_by is not null and not exists (
			select 1 from reports r where r.tenant_id = consultation.tenant_id and r.consultation_id = consultation.id and r.state = 'published'))
			or consultation.ends_at > ? or (consultation.meetings is not null and cast(consultation.meetings as text) not in ('[]', 'null'))
			or exists (select 1 from answers a where a.tenant_id = consultation.tenant_id and a.consultation_id = consultation.id and a.version = 0 and a.due_at is not null)
			or exists (select 1 from remarks m where m.tenant_id = consultation.tenant_id and m.consultation_id = consultation.id and m.disposition = '' and m.state in ('shown', 'waiting', 'hidden')))`, tx.Now()).
		OrderExpr("consultation.ends_at, consultation.id").Limit(n)
	if department != "" {
		q = q.Where(`(consultation.department_id = ? or exists (select 1 from answers a where a.tenant_id = consultation.tenant_id and a.consultation_id = consultation.id
			and a.department_id = ? and a.version = 0 and a.due_at is not null) or exists (select 1 from remarks m where m.tenant_id = consultation.tenant_id and m.consultation_id = consultation.id
			and m.department_id = ? and m.disposition = '' and m.state in ('shown', 'waiting', 'hidden')))`, department, department, department)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list duties: %w", err)
	}
	return rows, nil
}

// Open counts the remarks without a decision by consultation and department, with the nearest date.
func Open(ctx context.Context, tx *tenant.Tx, consultationIDs []string) ([]Pending, error) {
	return pending(ctx, tx, "remarks", "disposition = '' and state in ('shown', 'waiting', 'hidden')", consultationIDs)
}

// Promised counts the answers that were promised by a date and are not published, by consultation and department.
func Promised(ctx context.Context, tx *tenant.Tx, consultationIDs []string) ([]Pending, error) {
	return pending(ctx, tx, "answers", "version = 0 and due_at is not null", consultationIDs)
}

func pending(ctx context.Context, tx *tenant.Tx, table, waits string, consultationIDs []string) ([]Pending, error) {
	if len(consultationIDs) == 0 {
		return nil, nil
	}
	var rows []struct {
		ConsultationID string
		DepartmentID   string
		N              int64
		DueAt          bun.NullTime
	}
	err := tx.Raw(`select consultation_id, coalesce(department_id, '') as department_id, count(*) as n, min(due_at) as due_at from ?
		where tenant_id = ? and consultation_id in (?) and `+waits+` group by 1, 2 order by 1, 2`, bun.Ident(table), tx.ID(), bun.In(consultationIDs)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count %s that wait: %w", table, err)
	}
	out := make([]Pending, len(rows))
	for i, r := range rows {
		out[i] = Pending{r.ConsultationID, r.DepartmentID, r.N, r.DueAt.Time}
	}
	return out, nil
}

// Written notes who is written to and gives those who were not before.
func Written(ctx context.Context, tx *tenant.Tx, r *Report, accountIDs []string) ([]string, error) {
	if len(accountIDs) == 0 {
		return nil, nil
	}
	rows := make([]*ReportLetter, len(accountIDs))
	for i, a := range accountIDs {
		rows[i] = &ReportLetter{Key: tenant.Key{ID: id.New()}, ConsultationID: r.ConsultationID, AccountID: a, ReportID: r.ID, CreatedAt: tx.Now()}
	}
	var fresh []string
	err := tx.Insert(&rows).On("conflict (tenant_id, consultation_id, account_id) do nothing").Returning("account_id").Scan(ctx, &fresh)
	if err != nil {
		return nil, fmt.Errorf("note letters: %w", err)
	}
	return fresh, nil
}

// Forget removes the notes about somebody's letters.
func Forget(ctx context.Context, tx *tenant.Tx, accountID string) error {
	if _, err := tx.Delete((*ReportLetter)(nil)).Where("account_id = ?", accountID).Exec(ctx); err != nil {
		return fmt.Errorf("forget letters: %w", err)
	}
	return nil
}
