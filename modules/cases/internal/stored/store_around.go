package stored

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/id"
	"glas/modules/attachments"
	"glas/tenant"
)

// Parties of a case. Who may read them is for the caller: see CanContact.
func Parties(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseParty, error) {
	return all[CaseParty](ctx, tx, "case_party.case_id = ?", "case_party.created_at, case_party.id", caseID)
}

// ReporterOf is the reporting party of a case; nil when nobody is known.
func ReporterOf(ctx context.Context, tx *tenant.Tx, caseID string) (*CaseParty, error) {
	p, _, err := get[CaseParty](ctx, tx, "case_party.created_at", "case_party.case_id = ? AND case_party.role = ?", caseID, RoleReporter)
	return p, err
}

// People are the parties with a phone number or an address, the newest first: who calls, and what he reported before.
func People(ctx context.Context, tx *tenant.Tx, phone, email string, limit int) ([]CaseParty, error) {
	var rows []CaseParty
	q := tx.Select(&rows).OrderExpr("case_party.created_at DESC").Limit(int64(limit))
	switch key := PhoneKey(phone); {
	case key != "":
		q = q.Where("case_party.phone_key = ?", key)
	case email != "":
		q = q.Where("case_party.email = ?", email)
	default:
		return nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return rows, nil
}

// Thread are the messages of a case for some audiences, the oldest first.
func Thread(ctx context.Context, tx *tenant.Tx, caseID string, audiences []string) ([]CaseMessage, error) {
	if len(audiences) == 0 {
		return nil, nil
	}
	return all[CaseMessage](ctx, tx, "case_message.case_id = ? AND case_message.audience IN (?)", "case_message.created_at, case_message.id", caseID, bun.List(audiences))
}

// FindMessage is a message by the id of the letter it came in; nil when there is none.
func FindMessage(ctx context.Context, tx *tenant.Tx, messageID string) (*CaseMessage, error) {
	if messageID == "" {
		return nil, nil
	}
	m, _, err := get[CaseMessage](ctx, tx, "", "case_message.message_id = ?", messageID)
	return m, err
}

// AnswersOf are the answers of a case, the oldest first, withdrawn ones too.
func AnswersOf(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseAnswer, error) {
	return all[CaseAnswer](ctx, tx, "case_answer.case_id = ?", "case_answer.created_at, case_answer.id", caseID)
}

// FinalOf is the final answer of the running cycle that is not withdrawn; nil when nobody began one.
func FinalOf(ctx context.Context, tx *tenant.Tx, c *Case) (*CaseAnswer, error) {
	a, _, err := get[CaseAnswer](ctx, tx, "case_answer.created_at DESC", "case_answer.case_id = ? AND case_answer.cycle = ? AND case_answer.final = ? AND case_answer.state <> ?", c.ID, c.Cycle, true, AnswerWithdrawn)
	return a, err
}

// Assignments of a case, the oldest first.
func Assignments(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseAssignment, error) {
	return all[CaseAssignment](ctx, tx, "case_assignment.case_id = ?", "case_assignment.created_at, case_assignment.id", caseID)
}

// CurrentAssignment is the one that has not ended; nil when there is none.
func CurrentAssignment(ctx context.Context, tx *tenant.Tx, caseID string) (*CaseAssignment, error) {
	a, _, err := get[CaseAssignment](ctx, tx, "case_assignment.created_at DESC", "case_assignment.case_id = ? AND case_assignment.ended_at IS NULL", caseID)
	return a, err
}

// Tasks of a case, the oldest first.
func Tasks(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseTask, error) {
	return all[CaseTask](ctx, tx, "case_task.case_id = ?", "case_task.created_at, case_task.id", caseID)
}

// FindTask is one task.
func FindTask(ctx context.Context, tx *tenant.Tx, taskID string) (*CaseTask, error) {
	t, ok, err := get[CaseTask](ctx, tx, "", "case_task.id = ?", taskID)
	if err == nil && !ok {
		return nil, ErrUnknown()
	}
	return t, err
}

// Blocking counts the open tasks of a case that must be done before it is closed.
func Blocking(ctx context.Context, tx *tenant.Tx, caseID string) (int64, error) {
	n, err := tx.Select((*CaseTask)(nil)).Where("case_task.case_id = ?", caseID).Where("case_task.state = ?", TaskOpen).Where("case_task.blocking = ?", true).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count tasks: %w", err)
	}
	return int64(n), nil
}

// HasTask reports whether a department has a task in a case.
func HasTask(ctx context.Context, tx *tenant.Tx, caseID, departmentID string) (bool, error) {
	if departmentID == "" {
		return false, nil
	}
	_, ok, err := get[CaseTask](ctx, tx, "", "case_task.case_id = ? AND case_task.department_id = ?", caseID, departmentID)
	return ok, err
}

// Supported reports which of the cases a voter supports.
func Supported(ctx context.Context, tx *tenant.Tx, voterID string, ids ...string) (map[string]bool, error) {
	out := map[string]bool{}
	if voterID == "" || len(ids) == 0 {
		return out, nil
	}
	rows, err := all[CaseSupport](ctx, tx, "case_support.voter_id = ? AND case_support.case_id IN (?)", "case_support.id", voterID, bun.List(ids))
	for _, r := range rows {
		out[r.CaseID] = true
	}
	return out, err
}

// AddSupport adds a voter's support and reports whether it was not there.
func AddSupport(ctx context.Context, tx *tenant.Tx, caseID, voterID, from string) (bool, error) {
	s := &CaseSupport{CaseID: caseID, VoterID: voterID, FromCase: from, CreatedAt: tx.Now()}
	s.ID = id.New()
	res, err := tx.Insert(s).On("CONFLICT (tenant_id, case_id, voter_id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("add support: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// DropSupport takes a support back and reports whether there was one.
func DropSupport(ctx context.Context, tx *tenant.Tx, caseID, voterID string) (bool, error) {
	res, err := tx.Delete((*CaseSupport)(nil)).Where("case_support.case_id = ?", caseID).Where("case_support.voter_id = ?", voterID).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("take support back: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// CopySupports gives the supports of a merged case to its master, each voter once, and says how many were new.
func CopySupports(ctx context.Context, tx *tenant.Tx, from, to string) (int64, error) {
	rows, err := all[CaseSupport](ctx, tx, "case_support.case_id = ?", "case_support.id", from)
	if err != nil {
		return 0, err
	}
	var n int64
	for _, r := range rows {
		fresh, err := AddSupport(ctx, tx, to, r.VoterID, from)
		if err != nil {
			return 0, err
		}
		if fresh {
			n++
		}
	}
	return n, nil
}

// DropCopied takes away what CopySupports and CopyFollowers gave, and says how many of each.
func DropCopied(ctx context.Context, tx *tenant.Tx, master, from string) (supports, followers int64, err error) {
	res, err := tx.Delete((*CaseSupport)(nil)).Where("case_support.case_id = ?", master).Where("case_support.from_case = ?", from).Exec(ctx)
	if err == nil {
		supports, err = res.RowsAffected()
	}
	if err == nil {
		res, err = tx.Delete((*CaseFollower)(nil)).Where("case_follower.case_id = ?", master).Where("case_follower.from_case = ?", from).Exec(ctx)
	}
	if err == nil {
		followers, err = res.RowsAffected()
	}
	if err != nil {
		return 0, 0, fmt.Errorf("take copies away: %w", err)
	}
	return supports, followers, nil
}

// Followers of a case who confirmed.
func Followers(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseFollower, error) {
	return all[CaseFollower](ctx, tx, "case_follower.case_id = ? AND case_follower.confirmed_at IS NOT NULL", "case_follower.created_at", caseID)
}

// AddFollower adds one and reports whether he was not there.
func AddFollower(ctx context.Context, tx *tenant.Tx, f *CaseFollower) (bool, error) {
	f.ID, f.Token, f.CreatedAt = id.New(), NewToken(), tx.Now()
	res, err := tx.Insert(f).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("add follower: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// CopyFollowers gives the followers of a merged case to its master and says how many were new.
func CopyFollowers(ctx context.Context, tx *tenant.Tx, from, to string) (int64, error) {
	rows, err := Followers(ctx, tx, from)
	if err != nil {
		return 0, err
	}
	var n int64
	for _, r := range rows {
		fresh, err := AddFollower(ctx, tx, &CaseFollower{CaseID: to, AccountID: r.AccountID, Email: r.Email, Lang: r.Lang, FromCase: from, ConfirmedAt: r.ConfirmedAt})
		if err != nil {
			return 0, err
		}
		if fresh {
			n++
		}
	}
	return n, nil
}

// FollowerOf is who follows a case by an account; nil when he does not.
func FollowerOf(ctx context.Context, tx *tenant.Tx, caseID, accountID string) (*CaseFollower, error) {
	if accountID == "" {
		return nil, nil
	}
	f, _, err := get[CaseFollower](ctx, tx, "", "case_follower.case_id = ? AND case_follower.account_id = ?", caseID, accountID)
	return f, err
}

// FollowerByToken is who follows by the token of a letter.
func FollowerByToken(ctx context.Context, tx *tenant.Tx, token string) (*CaseFollower, error) {
	f, ok, err := get[CaseFollower](ctx, tx, "", "case_follower.token = ?", token)
	if err == nil && !ok {
		return nil, ErrUnknown()
	}
	return f, err
}

// DropFollower removes one.
func DropFollower(ctx context.Context, tx *tenant.Tx, f *CaseFollower) error {
	if _, err := tx.Delete((*CaseFollower)(nil)).Where("case_follower.id = ?", f.ID).Exec(ctx); err != nil {
		return fmt.Errorf("remove follower: %w", err)
	}
	return nil
}

// MergedDue is the soonest date of the cases that are joined to one, leaving one of them out; zero when none had any.
func MergedDue(ctx context.Context, tx *tenant.Tx, masterID, without string) (time.Time, error) {
	rows, err := all[CaseMerge](ctx, tx, "case_merge.master_id = ? AND case_merge.child_id <> ? AND case_merge.undone_at IS NULL", "case_merge.created_at", masterID, without)
	var due time.Time
	for _, r := range rows {
		var was Snapshot
		if err := json.Unmarshal(r.Snapshot, &was); err != nil {
			return due, fmt.Errorf("read what a joined case was: %w", err)
		}
		due = Earliest(due, was.DueAt)
	}
	return due, err
}

// LastMerge is the merge of a child that was not undone; nil when there is none.
func LastMerge(ctx context.Context, tx *tenant.Tx, childID string) (*CaseMerge, error) {
	m, _, err := get[CaseMerge](ctx, tx, "case_merge.created_at DESC", "case_merge.child_id = ? AND case_merge.undone_at IS NULL", childID)
	return m, err
}

// Referrals of a case, the oldest first.
func Referrals(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseReferral, error) {
	return all[CaseReferral](ctx, tx, "case_referral.case_id = ?", "case_referral.created_at", caseID)
}

// SurveyByToken is a survey by the token of its letter.
func SurveyByToken(ctx context.Context, tx *tenant.Tx, token string) (*CaseSurvey, error) {
	s, ok, err := get[CaseSurvey](ctx, tx, "", "case_survey.token = ?", token)
	if err == nil && !ok {
		return nil, ErrUnknown()
	}
	return s, err
}

// SurveyOf is the survey of a cycle; nil when there is none.
func SurveyOf(ctx context.Context, tx *tenant.Tx, caseID string, cycle int64) (*CaseSurvey, error) {
	s, _, err := get[CaseSurvey](ctx, tx, "", "case_survey.case_id = ? AND case_survey.cycle = ?", caseID, cycle)
	return s, err
}

// ShowPhoto lets everybody see one file of a case, or nobody. The file itself is told, because its address is a way out too.
func ShowPhoto(ctx context.Context, tx *tenant.Tx, c *Case, attachmentID string, public bool) error {
	f, ok, err := get[CaseFile](ctx, tx, "", "case_file.case_id = ? AND case_file.attachment_id = ?", c.ID, attachmentID)
	if err != nil {
		return err
	}
	if ok {
		f.Public = public
		err = Put(ctx, tx, f)
	} else {
		f = &CaseFile{CaseID: c.ID, AttachmentID: attachmentID, Public: public, Redactions: []Rect{}, CreatedAt: tx.Now()}
		f.ID = id.New()
		err = Add(ctx, tx, f)
	}
	if err != nil {
		return err
	}
	return SyncPhotos(ctx, tx, c)
}

// SyncPhotos tells the files of a case which of them everybody may fetch: those let through, and only while the case itself is shown.
func SyncPhotos(ctx context.Context, tx *tenant.Tx, c *Case) error {
	if err := attachments.Show(ctx, tx, c.Ref(), false); err != nil || !See(c, Anybody).PublicPhotos {
		return err
	}
	_, err := tx.Update((*attachments.Attachment)(nil)).Set("public = ?", true).Where("attachment.subject_kind = ?", Kind).Where("attachment.subject_id = ?", c.ID).
		Where("attachment.id IN (?)", tx.Select((*CaseFile)(nil)).Column("attachment_id").Where("case_file.case_id = ?", c.ID).Where("case_file.public = ?", true)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("show photos: %w", err)
	}
	return nil
}

// PhotosOf are the public flags of the files of a case by the id of the attachment.
func PhotosOf(ctx context.Context, tx *tenant.Tx, caseID string) (map[string]CaseFile, error) {
	rows, err := all[CaseFile](ctx, tx, "case_file.case_id = ?", "case_file.created_at", caseID)
	out := make(map[string]CaseFile, len(rows))
	for _, r := range rows {
		out[r.AttachmentID] = r
	}
	return out, err
}

// Photographed reports whether a case has a photo that was added after a moment: that of the repaired thing.
func Photographed(ctx context.Context, tx *tenant.Tx, c *Case, after time.Time) (bool, error) {
	n, err := tx.Select((*attachments.Attachment)(nil)).Where("attachment.subject_kind = ?", Kind).Where("attachment.subject_id = ?", c.ID).Where("attachment.kind = ?", attachments.Photo).
		Where("attachment.created_at > ?", after).Where("attachment.deleted_at IS NULL").Count(ctx)
	if err != nil {
		return false, fmt.Errorf("count photos: %w", err)
	}
	return n > 0, nil
}

// Settings are those of the municipality, with the usual values where it has none.
func Settings(ctx context.Context, tx *tenant.Tx) (*CaseSetting, error) {
	s, ok, err := get[CaseSetting](ctx, tx, "", "case_setting.id = ?", SettingsID)
	if err != nil {
		return nil, err
	}
	if !ok {
		s = &CaseSetting{Key: tenant.Key{ID: SettingsID}, Anonymous: anonymousFiling(tx.Tenant().Country), Data: map[string]any{}}
	}
	usual := func(n *int, def int) {
		if *n == 0 {
			*n = def
		}
	}
	usual(&s.ConfirmDays, ConfirmDays)
	usual(&s.WaitDays, WaitDays)
	usual(&s.SurveyDays, SurveyDays)
	if s.Prefix == "" {
		s.Prefix = PrefixOf(tx.Tenant())
	}
	return s, nil
}

// anonymousFiling is the preset of a country: nothing is opened on anonymous signals in Bulgaria (administrative procedure code, art. 111),
// nor on petitions without name and address in Turkey (law 3071, art. 4 and 6).
func anonymousFiling(country string) bool { return country != "bg" && country != "tr" }

// PutSettings stores the settings of a municipality.
func PutSettings(ctx context.Context, tx *tenant.Tx, s *CaseSetting) error {
	s.ID = SettingsID
	if s.Data == nil {
		s.Data = map[string]any{}
	}
	s.RowVersion++
	_, err := tx.Insert(s).On("CONFLICT (tenant_id, id) DO UPDATE").Set("prefix = EXCLUDED.prefix").Set("anonymous = EXCLUDED.anonymous").
		Set("confirm_days = EXCLUDED.confirm_days").Set("wait_days = EXCLUDED.wait_days").Set("survey_days = EXCLUDED.survey_days").
		Set("coordinator_id = EXCLUDED.coordinator_id").Set("data = EXCLUDED.data").Set("row_version = EXCLUDED.row_version").Exec(ctx)
	if err != nil {
		return fmt.Errorf("save settings of cases: %w", err)
	}
	return nil
}

// Rules are the routing rules in their order.
func Rules(ctx context.Context, tx *tenant.Tx) ([]CaseRule, error) {
	return all[CaseRule](ctx, tx, "case_rule.active = ?", "case_rule.position, case_rule.id", true)
}

// Topics are all topics in the order that staff chose, archived ones too.
func Topics(ctx context.Context, tx *tenant.Tx) ([]CaseTopic, error) {
	return all[CaseTopic](ctx, tx, "1 = 1", "case_topic.position, case_topic.slug")
}

// KindRows are the kinds that a municipality wrote down itself.
func KindRows(ctx context.Context, tx *tenant.Tx) ([]CaseKind, error) {
	return all[CaseKind](ctx, tx, "1 = 1", "case_kind.position, case_kind.code")
}

// Bodies are the other authorities.
func Bodies(ctx context.Context, tx *tenant.Tx) ([]ExternalBody, error) {
	return all[ExternalBody](ctx, tx, "1 = 1", "external_body.position, external_body.id")
}

// FindBody is one of them.
func FindBody(ctx context.Context, tx *tenant.Tx, bodyID string) (*ExternalBody, error) {
	b, ok, err := get[ExternalBody](ctx, tx, "", "external_body.id = ?", bodyID)
	if err == nil && !ok {
		return nil, ErrUnknown()
	}
	return b, err
}

// Templates are those in use.
func Templates(ctx context.Context, tx *tenant.Tx) ([]CaseTemplate, error) {
	return all[CaseTemplate](ctx, tx, "case_template.archived = ?", "case_template.position, case_template.code", false)
}

// PutBack restores the times of a case that was taken apart from another, after its event was written.
func PutBack(ctx context.Context, tx *tenant.Tx, c *Case, was Snapshot) error {
	was.Restore(c)
	_, err := tx.Update(c).Column("state_before", "state_since", "wait_until", "closed_at", "due_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("restore case: %w", err)
	}
	return nil
}
