package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/tenant"
)

// Versions lists the versions of the report of a consultation, the newest first.
func Versions(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Report, error) {
	var rows []*Report
	if err := tx.Select(&rows).Where("report.consultation_id = ?", consultationID).OrderExpr("report.version desc").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return rows, nil
}

// Find is a version by its id.
func Find(ctx context.Context, tx *tenant.Tx, reportID string) (*Report, error) {
	return one(ctx, tx.Select((*Report)(nil)).Where("report.id = ?", reportID))
}

// Latest is the newest published version of the report of a consultation; nil when there is none.
func Latest(ctx context.Context, tx *tenant.Tx, consultationID string) (*Report, error) {
	r, err := one(ctx, tx.Select((*Report)(nil)).Where("report.consultation_id = ?", consultationID).Where("report.state = ?", Published).OrderExpr("report.version desc").Limit(1))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return r, err
}

// Tally is how many public remarks a consultation has, and how many of them were answered and accepted, wholly or partly, in public.
type Tally struct {
	ConsultationID             string
	Remarks, Decided, Accepted int64
}

// Tallies counts the public remarks of many consultations; one statement.
func Tallies(ctx context.Context, tx *tenant.Tx, consultationIDs []string) (map[string]Tally, error) {
	out := map[string]Tally{}
	if len(consultationIDs) == 0 {
		return out, nil
	}
	var rows []Tally
	err := tx.Raw(`select consultation_id, count(*) as remarks, sum(case when public_disposition <> '' then 1 else 0 end) as decided,
		sum(case when public_disposition in ('accepted', 'partly') then 1 else 0 end) as accepted
		from remarks where tenant_id = ? and consultation_id in (?) and state = 'shown' group by consultation_id`, tx.ID(), bun.In(consultationIDs)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count remarks of consultations: %w", err)
	}
	for _, t := range rows {
		out[t.ConsultationID] = t
	}
	return out, nil
}

func one(ctx context.Context, q *bun.SelectQuery) (*Report, error) {
	r := new(Report)
	err := q.Model(r).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("reports.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find report: %w", err)
	}
	return r, nil
}

// LatestOf gives the newest published version of many consultations; one statement.
func LatestOf(ctx context.Context, tx *tenant.Tx, consultationIDs []string) (map[string]*Report, error) {
	out := map[string]*Report{}
	if len(consultationIDs) == 0 {
		return out, nil
	}
	var rows []*Report
	err := tx.Select(&rows).Column("id", "consultation_id", "version", "state", "figures", "published_at").
		Where("report.consultation_id in (?)", bun.In(consultationIDs)).Where("report.state = ?", Published).OrderExpr("report.version").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	for _, r := range rows {
		if first := out[r.ConsultationID]; first != nil {
			// On time is when the first version stood; what it says is what the last one says.
			r.PublishedAt = first.PublishedAt
		}
		out[r.ConsultationID] = r
	}
	return out, nil
}

// Insert adds a version.
func Insert(ctx context.Context, tx *tenant.Tx, r *Report) error {
	r.ID, r.RowVersion, r.CreatedAt, r.UpdatedAt = id.New(), 1, tx.Now(), tx.Now()
	if _, err := tx.Insert(r).Exec(ctx); err != nil {
		return fmt.Errorf("insert report: %w", err)
	}
	return nil
}

// Save stores a version that is not published, if nobody else did meanwhile.
func Save(ctx context.Context, tx *tenant.Tx, r *Report) error {
	before := r.RowVersion
	r.RowVersion, r.UpdatedAt = before+1, tx.Now()
	res, err := tx.Update(r).WherePK().Where("report.row_version = ?", before).Where("report.state <> ?", Published).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save report: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		r.RowVersion = before
		return errors.Join(err, fault.Conflict("reports.error.changed"))
	}
	return nil
}

// Delete removes a draft.
func Delete(ctx context.Context, tx *tenant.Tx, r *Report) error {
	if _, err := tx.Delete(r).WherePK().Where("state = ?", Draft).Exec(ctx); err != nil {
		return fmt.Errorf("delete draft of a report: %w", err)
	}
	return nil
}

// Progress notes how far the making is, without touching what staff wrote.
func Progress(ctx context.Context, tx *tenant.Tx, reportID string, percent int) error {
	_, err := tx.Update((*Report)(nil)).Set("progress = ?", percent).Where("id = ?", reportID).Where("state = ?", Making).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note progress of a report: %w", err)
	}
	return nil
}

// Finish makes a version public with its files, in place of files of an earlier attempt.
func Finish(ctx context.Context, tx *tenant.Tx, r *Report, files []*ReportFile) error {
	if _, err := tx.Delete((*ReportFile)(nil)).Where("report_id = ?", r.ID).Exec(ctx); err != nil {
		return fmt.Errorf("store files of a report: %w", err)
	}
	if _, err := tx.Insert(&files).Exec(ctx); err != nil {
		return fmt.Errorf("store files of a report: %w", err)
	}
	before := r.RowVersion
	r.RowVersion, r.UpdatedAt, r.State, r.Progress, r.Failure = before+1, tx.Now(), Published, 100, ""
	res, err := tx.Update(r).WherePK().Where("report.row_version = ?", before).Where("report.state = ?", Making).Exec(ctx)
	if err != nil {
		return fmt.Errorf("publish report: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.Conflict("reports.error.changed"))
	}
	return nil
}

// Files lists the files of a version.
func Files(ctx context.Context, tx *tenant.Tx, reportID string) ([]*ReportFile, error) {
	var rows []*ReportFile
	if err := tx.Select(&rows).Where("report_file.report_id = ?", reportID).OrderExpr("report_file.lang, report_file.format").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list files of a report: %w", err)
	}
	// What people read comes first, what programs read last.
	order := []string{"pdf", "docx", "html", "xlsx", "csv", "json"}
	slices.SortStableFunc(rows, func(a, b *ReportFile) int { return slices.Index(order, a.Format) - slices.Index(order, b.Format) })
	return rows, nil
}

// FilesOf gives the files of all versions of the report of a consultation by version; one statement.
func FilesOf(ctx context.Context, tx *tenant.Tx, consultationID string) (map[string][]*ReportFile, error) {
	var rows []*ReportFile
	err := tx.Select(&rows).Join("join reports as r on r.tenant_id = report_file.tenant_id and r.id = report_file.report_id").
		Where("r.consultation_id = ?", consultationID).OrderExpr("report_file.lang, report_file.format").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list files of reports: %w", err)
	}
	out := map[string][]*ReportFile{}
	for _, f := range rows {
		out[f.ReportID] = append(out[f.ReportID], f)
	}
	return out, nil
}

// twins is how many files with one content are looked for.
const twins = 50

// ByHash finds the files with a fingerprint, the newest first, and their reports by id: what did not change between two versions has the
// same one in both. Only published ones are found.
func ByHash(ctx context.Context, tx *tenant.Tx, hash string) ([]*ReportFile, map[string]*Report, error) {
	var files []*ReportFile
	err := tx.Select(&files).Join("join reports as r on r.tenant_id = report_file.tenant_id and r.id = report_file.report_id").
		Where("report_file.sha256 = ?", hash).Where("r.state = ?", Published).OrderExpr("r.published_at desc, report_file.id desc").Limit(twins).Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("find files of reports: %w", err)
	}
	ids := []string{""}
	for _, f := range files {
		ids = append(ids, f.ReportID)
	}
	var rows []*Report
	if err := tx.Select(&rows).Where("report.id in (?)", bun.In(ids)).Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("find reports of files: %w", err)
	}
	of := make(map[string]*Report, len(rows))
	for _, r := range rows {
		of[r.ID] = r
	}
	return files, of, nil
}

// Census lists the figures of the census.
func Census(ctx context.Context, tx *tenant.Tx) ([]CensusFigure, error) {
	var rows []CensusFigure
	if err := tx.Select(&rows).OrderExpr("kind, grp").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read census: %w", err)
	}
	return rows, nil
}

// PutCensus replaces all figures of the census.
func PutCensus(ctx context.Context, tx *tenant.Tx, rows []*CensusFigure) error {
	if _, err := tx.Delete((*CensusFigure)(nil)).Where("true").Exec(ctx); err != nil {
		return fmt.Errorf("store census: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	for _, r := range rows {
		r.ID, r.UpdatedAt = id.New(), tx.Now()
	}
	if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("store census: %w", err)
	}
	return nil
}
