package open311

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/georeport"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/text"
	"glas/modules/audit"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// The jobs that hand cases to systems of others.
const (
	HandJob = "cases.open311.hand"
	SendJob = "cases.open311.send"
	PollJob = "cases.open311.poll"
)

const (
	pollEvery = 5 * time.Minute
	// pollBack is how far a poll looks back before the last one, because the clocks of two systems differ.
	pollBack = 15 * time.Minute
)

type outPayload struct {
	ID string `json:"id"`
}

// Hand finds cases that systems of others should get, and starts a job for each, and one for each system that should be asked.
func (s *Server) Hand(ctx context.Context, _ job.Job) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := endpoints(ctx, tx)
		if err != nil {
			return err
		}
		for _, e := range list {
			if !e.Active {
				continue
			}
			rows, err := toHand(ctx, tx, e)
			if err != nil {
				return err
			}
			for _, c := range rows {
				h := &handover{CaseID: c.ID, EndpointID: e.ID, Cycle: c.Cycle, CreatedAt: tx.Now()}
				h.ID = id.New()
				if _, err := add(ctx, tx, h); err != nil {
					return err
				}
				if err := tx.Enqueue(ctx, job.Spec{Kind: SendJob, Payload: outPayload{h.ID}, Unique: h.ID}); err != nil {
					return err
				}
			}
			if tx.Now().Sub(e.PolledAt) >= pollEvery {
				if err := tx.Enqueue(ctx, job.Spec{Kind: PollJob, Payload: outPayload{e.ID}, Unique: e.ID, MaxAttempts: 5}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Send hands one case over. It is tried again after longer and longer times while the system is away, never after it refused, and
// never when a request went out without an answer, because that could make two of it: staff then sees that it is unclear and decides.
func (s *Server) Send(ctx context.Context, j job.Job) error {
	var p outPayload
	if err := j.Decode(&p); err != nil {
		return job.Permanent(err)
	}
	var h *handover
	var e *endpoint
	var form url.Values
	err := s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if h, e, err = pair(ctx, tx, p.ID); err != nil || h == nil || h.RemoteID != "" || h.Token != "" {
			return err
		}
		c, err := stored.Find(ctx, tx, h.CaseID)
		if err != nil {
			return err
		}
		n, err := s.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		if form, err = s.parcel(e, c, n); err != nil {
			return err
		}
		if free, err := claim(ctx, tx, h); err != nil || !free {
			h = nil
			return err
		}
		return nil
	})
	if err != nil || h == nil || h.RemoteID != "" {
		return err
	}
	var got []georeport.Receipt
	if h.Token != "" {
		err = s.call(ctx, http.MethodGet, e.URL+"/tokens/"+url.PathEscape(h.Token)+".json", jurisdiction(e), &got)
	} else {
		err = s.call(ctx, http.MethodPost, e.URL+"/requests.json", form, &got)
	}
	return s.sent(ctx, h, e, got, err)
}

// pair is a handover with its endpoint; nil when either is gone.
func pair(ctx context.Context, tx *tenant.Tx, handoverID string) (*handover, *endpoint, error) {
	h, err := handoverBy(ctx, tx, handoverID)
	if err != nil || h == nil {
		return nil, nil, err
	}
	e, err := endpointBy(ctx, tx, h.EndpointID)
	if err != nil || e == nil {
		return nil, nil, err
	}
	return h, e, nil
}

const unclear = "unclear"

// parcel is a case as it is handed over: what stored.See lets that system know, and of a case that it may know nothing of the number alone.
func (s *Server) parcel(e *endpoint, c *stored.Case, n *listed.Names) (url.Values, error) {
	key, err := s.open(e.Secret)
	if err != nil {
		return nil, err
	}
	viewer := stored.Elsewhere
	if e.Entrusted {
		viewer = stored.Entrusted
	}
	sight, words := stored.See(c, viewer), marked(c.Number)
	replies := c.Answers
	if !e.Entrusted {
		replies = n.OpenReplies(c)
	}
	if sight.Page {
		words = c.ShownTitle() + "\n\n" + c.ShownBody() + "\n\n" + words
	}
	v := jurisdiction(e)
	v.Set("api_key", key)
	v.Set("service_code", e.ServiceCode)
	v.Set("description", text.Truncate(words, georeport.MaxDescription))
	lat, lng, located := sight.PlaceFor(c)
	if located {
		v.Set("lat", strconv.FormatFloat(lat, 'f', -1, 64))
		v.Set("long", strconv.FormatFloat(lng, 'f', -1, 64))
	}
	if address := sight.AddressFor(c); address != "" {
		v.Set("address_string", address)
	} else if !located {
		v.Set("address_string", "-")
	}
	v.Set("account_id", c.Number)
	for _, r := range replies {
		switch {
		case !sight.Page:
		case len(r.Values) > 1:
			v["attribute["+r.Code+"][]"] = r.Values
		default:
			v["attribute["+r.Code+"]"] = r.Values
		}
	}
	return v, nil
}

// marked is the number as it stands in what is handed over: by it the case is found there again.
func marked(number string) string { return "[" + number + "]" }

func jurisdiction(e *endpoint) url.Values {
	v := url.Values{}
	if e.Jurisdiction != "" {
		v.Set("jurisdiction_id", e.Jurisdiction)
	}
	return v
}

// sent keeps what came of handing a case over.
func (s *Server) sent(ctx context.Context, h *handover, e *endpoint, got []georeport.Receipt, failed error) error {
	var refused refusedError
	again := failed
	err := s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := handoverBy(ctx, tx, h.ID)
		if err != nil || row == nil || row.RemoteID != "" {
			return err
		}
		row.Tries++
		row.UpdatedAt, row.Problem = tx.Now(), ""
		switch {
		case errors.Is(failed, errUnclear):
			row.Problem, again = unclear, job.Permanent(failed)
		case errors.As(failed, &refused):
			row.Problem, again = foreign(refused.Error(), 500), job.Permanent(failed)
		case failed != nil:
			row.Problem = foreign(failed.Error(), 500)
		case (len(got) == 0 || foreign(got[0].ID, remoteMax) == "" && foreign(got[0].Token, remoteMax) == "") && h.Token == "":
			row.Problem, again = unclear, job.Permanent(errUnclear) // it was taken, and nobody knows by which number
		case len(got) == 0 || foreign(got[0].ID, remoteMax) == "" && foreign(got[0].Token, remoteMax) == "":
			row.Problem, again = "no id", job.Permanent(errors.New("open311: neither an id nor a token came back"))
		case foreign(got[0].ID, remoteMax) == "":
			row.Token, again = foreign(got[0].Token, remoteMax), job.Later(errors.New("open311: the token has no id yet"), pollEvery)
		default:
			row.RemoteID, row.SentAt = foreign(got[0].ID, remoteMax), tx.Now()
		}
		if err := put(ctx, tx, row); err != nil || row.RemoteID == "" {
			return err
		}
		c, err := stored.Find(ctx, tx, row.CaseID)
		if err != nil {
			return err
		}
		return s.note(ctx, tx, c, e.Name, "→ "+e.Name+": "+row.RemoteID, map[string]any{"endpoint": e.ID, "remote": row.RemoteID})
	})
	if err != nil {
		return fmt.Errorf("keep handover: %w", err)
	}
	return again
}

// Poll asks a system of others what became of the cases that it got. Every update is taken once, as a message for the own people.
func (s *Server) Poll(ctx context.Context, j job.Job) error {
	var p outPayload
	if err := j.Decode(&p); err != nil {
		return job.Permanent(err)
	}
	var e *endpoint
	var now time.Time
	err := s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		now = tx.Now()
		e, err = endpointBy(ctx, tx, p.ID)
		return err
	})
	if err != nil || e == nil || !e.Active {
		return err
	}
	from := e.PolledAt
	if from.IsZero() || now.Sub(from) > georeport.MaxDays*24*time.Hour {
		from = e.CreatedAt
	}
	v := jurisdiction(e)
	v.Set("start_date", from.Add(-pollBack).UTC().Format(time.RFC3339))
	v.Set("end_date", now.UTC().Format(time.RFC3339))
	var list []georeport.Update
	failed := s.call(ctx, http.MethodGet, e.URL+"/servicerequestupdates.json", v, &list)
	err = s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if failed != nil {
			return polled(ctx, tx, e.ID, time.Time{}, foreign(failed.Error(), 500))
		}
		if err := s.takeUpdates(ctx, tx, e, list); err != nil {
			return err
		}
		return polled(ctx, tx, e.ID, now, "")
	})
	return errors.Join(err, failed)
}

func (s *Server) takeUpdates(ctx context.Context, tx *tenant.Tx, e *endpoint, list []georeport.Update) error {
	list = list[:min(len(list), georeport.MaxRows)]
	remote := make([]string, len(list))
	for i := range list {
		u := &list[i]
		u.ID, u.RequestID, u.Status = foreign(u.ID, remoteMax), foreign(u.RequestID, remoteMax), foreign(u.Status, 50)
		remote[i] = u.RequestID
	}
	mine, err := byRemote(ctx, tx, e.ID, remote)
	if err != nil {
		return err
	}
	for _, u := range list {
		h := mine[u.RequestID]
		if h == nil || u.ID == "" || u.RequestID == "" {
			continue
		}
		fresh, err := remember(ctx, tx, e.ID, h.CaseID, u)
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		c, err := stored.Find(ctx, tx, h.CaseID)
		if err != nil {
			return err
		}
		body := strings.TrimSpace("[" + u.Status + "] " + text.Clean(u.Description))
		if err := s.note(ctx, tx, c, e.Name, body, map[string]any{"endpoint": e.ID, "update": u.ID, "status": u.Status}); err != nil {
			return err
		}
		h.Status, h.UpdatedAt = u.Status, tx.Now()
		if err := put(ctx, tx, h); err != nil {
			return err
		}
	}
	return nil
}

// onlyOnce refuses a system that is there already for the same cases: it would get every one of them twice.
func onlyOnce(ctx context.Context, tx *tenant.Tx, e endpoint) error {
	known, err := endpoints(ctx, tx)
	if err != nil {
		return err
	}
	for _, k := range known {
		if k.ID != e.ID && k.URL == e.URL && k.ServiceCode == e.ServiceCode && k.Jurisdiction == e.Jurisdiction && k.DepartmentID == e.DepartmentID && k.TopicID == e.TopicID && k.BodyID == e.BodyID {
			return fault.InvalidField("out_url", "open311.error.twin")
		}
	}
	return nil
}

// makeEndpoint keeps a system of others.
func (s *Server) makeEndpoint(ctx context.Context, e endpoint, key string) error {
	var err error
	if e.Secret, err = s.seal(key); err != nil {
		return err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := onlyOnce(ctx, tx, e); err != nil {
			return err
		}
		e.ID, e.CreatedAt, e.Active = id.New(), tx.Now(), true
		if _, err := add(ctx, tx, &e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "open311.endpoint", Data: map[string]any{"name": e.Name, "url": e.URL, "service": e.ServiceCode}})
	})
	if err != nil {
		return fmt.Errorf("make endpoint: %w", err)
	}
	return nil
}

// editEndpoint changes a system of others; an empty key leaves the one that it has, and version is the one that who acts has read. What
// was handed over stays handed over.
func (s *Server) editEndpoint(ctx context.Context, in endpoint, key, version string) error {
	sealed, err := s.seal(key)
	if err != nil {
		return err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		e, err := endpointBy(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if e == nil {
			return fault.NotFound("open311.error.unknown")
		}
		if version != strconv.FormatInt(e.RowVersion, 10) {
			return stored.ErrStale()
		}
		if err := onlyOnce(ctx, tx, in); err != nil {
			return err
		}
		e.Name, e.URL, e.Jurisdiction, e.ServiceCode, e.DepartmentID, e.TopicID, e.BodyID, e.Entrusted = in.Name, in.URL, in.Jurisdiction, in.ServiceCode, in.DepartmentID, in.TopicID, in.BodyID, in.Entrusted
		if e.RowVersion++; sealed != "" {
			e.Secret = sealed
		}
		if err := put(ctx, tx, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "open311.endpoint_edit", Data: map[string]any{"name": e.Name, "url": e.URL, "service": e.ServiceCode, "entrusted": e.Entrusted, "key": key != ""}})
	})
	if err != nil {
		return fmt.Errorf("edit endpoint: %w", err)
	}
	return nil
}

// setEndpoint stops handing cases to a system of others, or begins again.
func (s *Server) setEndpoint(ctx context.Context, endpointID string, active bool) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		e, err := endpointBy(ctx, tx, endpointID)
		if err != nil {
			return err
		}
		if e == nil {
			return fault.NotFound("open311.error.unknown")
		}
		e.Active = active
		e.RowVersion++
		if err := put(ctx, tx, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "open311.endpoint_set", Data: map[string]any{"name": e.Name, "active": active}})
	})
}
