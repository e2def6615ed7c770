package open311

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/georeport"
	"glas/internal/id"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// endpoint is a system of others to which cases are handed: of a department, of a topic, of another authority, or of several of them.
type endpoint struct {
	bun.BaseModel `bun:"table:case_endpoints,alias:case_endpoint"`
	tenant.Key
	Name         string
	URL          string `bun:"url"`
	Jurisdiction string
	// Secret is the key that they gave, sealed.
	Secret       string
	ServiceCode  string
	DepartmentID string `bun:",nullzero"`
	TopicID      string `bun:",nullzero"`
	BodyID       string `bun:",nullzero"`
	Active       bool
	// Entrusted endpoints get the words of cases that nobody else may see; others get the number of those.
	Entrusted  bool
	PolledAt   time.Time `bun:",nullzero"`
	Problem    string
	CreatedAt  time.Time
	RowVersion int64
}

// handover is a case that was handed to such a system.
type handover struct {
	bun.BaseModel `bun:"table:case_handovers,alias:case_handover"`
	tenant.Key
	CaseID     string
	EndpointID string
	Cycle      int64
	RemoteID   string
	Token      string
	Status     string
	Tries      int64
	NextAt     time.Time `bun:",nullzero"`
	Problem    string
	SentAt     time.Time `bun:",nullzero"`
	UpdatedAt  time.Time `bun:",nullzero"`
	CreatedAt  time.Time
}

// endpoints are all systems of others in the order of their names.
func endpoints(ctx context.Context, tx *tenant.Tx) ([]endpoint, error) {
	var rows []endpoint
	err := tx.Select(&rows).OrderExpr("case_endpoint.name, case_endpoint.id").Limit(200).Scan(ctx)
	return rows, orNone(err, "list endpoints")
}

func endpointBy(ctx context.Context, tx *tenant.Tx, endpointID string) (*endpoint, error) {
	var rows []endpoint
	err := tx.Select(&rows).Where("case_endpoint.id = ?", endpointID).Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, orNone(err, "find endpoint")
	}
	return &rows[0], nil
}

// handoverMax is how many cases one round takes up.
const handoverMax = 50

// toHand are cases that an endpoint should get and has not: those assigned since it was made, or referred when it is an authority's.
func toHand(ctx context.Context, tx *tenant.Tx, e endpoint) ([]*stored.Case, error) {
	var rows []*stored.Case
	q := tx.Select(&rows).Where("c.state_since >= ?", e.CreatedAt).
		Where("NOT EXISTS (SELECT 1 FROM case_handovers AS h WHERE h.tenant_id = c.tenant_id AND h.case_id = c.id AND h.endpoint_id = ? AND h.cycle = c.cycle)", e.ID)
	if e.BodyID != "" {
		q = q.Where("c.state = ?", stored.Referred).Where("c.body_id = ?", e.BodyID)
	} else {
		q = q.Where("c.state IN (?)", bun.List([]stored.State{stored.Assigned, stored.InProgress, stored.Referred}))
	}
	if e.DepartmentID != "" {
		q = q.Where("c.department_id = ?", e.DepartmentID)
	}
	if e.TopicID != "" {
		q = q.Where("c.topic_id = ?", e.TopicID)
	}
	err := q.OrderExpr("c.registered_at, c.id").Limit(handoverMax).Scan(ctx)
	return rows, orNone(err, "list cases to hand over")
}

func handoverBy(ctx context.Context, tx *tenant.Tx, handoverID string) (*handover, error) {
	var rows []handover
	err := tx.Select(&rows).Where("case_handover.id = ?", handoverID).Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, orNone(err, "find handover")
	}
	return &rows[0], nil
}

// byRemote are the handovers of an endpoint by what the cases are called there.
func byRemote(ctx context.Context, tx *tenant.Tx, endpointID string, remote []string) (map[string]*handover, error) {
	out := map[string]*handover{}
	if len(remote) == 0 {
		return out, nil
	}
	var rows []*handover
	if err := tx.Select(&rows).Where("case_handover.endpoint_id = ?", endpointID).Where("case_handover.remote_id IN (?)", bun.List(remote)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find handovers: %w", err)
	}
	for _, h := range rows {
		out[h.RemoteID] = h
	}
	return out, nil
}

// handed are how many cases each endpoint got, and how many of them have a problem.
func handed(ctx context.Context, tx *tenant.Tx) (map[string][2]int64, error) {
	var rows []struct {
		EndpointID string
		N, Bad     int64
	}
	err := tx.Raw("select endpoint_id, count(*) as n, cast(sum(case when problem <> '' then 1 else 0 end) as bigint) as bad from case_handovers where tenant_id = ? group by endpoint_id", tx.ID()).Scan(ctx, &rows)
	out := map[string][2]int64{}
	for _, r := range rows {
		out[r.EndpointID] = [2]int64{r.N, r.Bad}
	}
	return out, orNone(err, "count handovers")
}

// claim takes a handover for one sending: from here on it counts as unclear until an answer is kept, so that no crash and no second hand
// sends it twice. False says that it is taken, or was handed over already.
func claim(ctx context.Context, tx *tenant.Tx, h *handover) (bool, error) {
	res, err := tx.Update((*handover)(nil)).Set("problem = ?", unclear).Set("updated_at = ?", tx.Now()).Set("sent_at = ?", tx.Now()).
		Where("case_handover.id = ?", h.ID).Where("case_handover.problem <> ?", unclear).Where("case_handover.remote_id = ''").Where("case_handover.token = ''").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("claim handover: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// troubled is a handover that needs somebody to look at it.
type troubled struct {
	handover
	Number string
	Name   string
}

// problems are the handovers with a problem, the newest first.
func problems(ctx context.Context, tx *tenant.Tx) ([]troubled, error) {
	var rows []troubled
	err := tx.Raw(`select h.*, c.number, e.name from case_handovers h join cases c on c.tenant_id = h.tenant_id and c.id = h.case_id join case_endpoints e on e.tenant_id = h.tenant_id and e.id = h.endpoint_id
		where h.tenant_id = ? and h.problem <> '' order by h.created_at desc, h.id limit 50`, tx.ID()).Scan(ctx, &rows)
	return rows, orNone(err, "list problems of handovers")
}

// polled notes that an endpoint was asked, and what went wrong.
func polled(ctx context.Context, tx *tenant.Tx, endpointID string, at time.Time, problem string) error {
	q := tx.Update((*endpoint)(nil)).Set("problem = ?", problem).Where("case_endpoint.id = ?", endpointID)
	if !at.IsZero() {
		q = q.Set("polled_at = ?", at)
	}
	_, err := q.Exec(ctx)
	return orNone(err, "note poll")
}

// remember keeps that an update of an endpoint was seen; false when it was before.
func remember(ctx context.Context, tx *tenant.Tx, endpointID, caseID string, u georeport.Update) (bool, error) {
	seen, err := sentBefore(ctx, tx, endpointID, u.ID)
	if seen || err != nil {
		return false, err
	}
	row := &apiUpdate{ClientID: endpointID, UpdateID: u.ID, CaseID: caseID, Status: u.Status, At: tx.Now(), CreatedAt: tx.Now()}
	row.ID = id.New()
	return add(ctx, tx, row)
}
