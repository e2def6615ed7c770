package open311

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/georeport"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/cases/internal/filing"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// client is the program of a key, nil for none.
func client(ctx context.Context, tx *tenant.Tx, key string) (*stored.CaseClient, error) {
	if key == "" || len(key) > 200 {
		return nil, nil
	}
	return clientBy(ctx, tx, id.Hash(key))
}

// answer is what one call gives: a document, or what was wrong with it.
type answer struct {
	body  any
	wrong []georeport.Error
}

func refuse(code int, words string) answer { return answer{wrong: oneError(code, words)} }

const (
	noKey     = "api_key is missing, unknown or revoked"
	noService = "service_code is not known"
	noRequest = "service_request_id is not known"
)

// caller is who calls: a key, and its program once it was looked up.
type caller struct {
	key string
	by  *stored.CaseClient
}

// from answers the program that calls, in one transaction; others are refused.
func (s *Server) from(ctx context.Context, who caller, do func(ctx context.Context, tx *tenant.Tx, by *stored.CaseClient, out *answer) error) (out answer, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		by, err := who.by, error(nil)
		if by == nil {
			by, err = client(ctx, tx, who.key)
		}
		if err != nil {
			return err
		}
		if by == nil {
			out = refuse(403, noKey)
			return nil
		}
		return do(ctx, tx, by, &out)
	})
	return out, err
}

// post takes a new request, at once or with a token in batch mode.
func (s *Server) post(ctx context.Context, who caller, p parked, wrong []georeport.Error) (answer, error) {
	out, err := s.from(ctx, who, func(ctx context.Context, tx *tenant.Tx, by *stored.CaseClient, out *answer) error {
		n, err := s.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		t := topicOf(n, p.ServiceCode)
		if p.ServiceCode != "" && t == nil {
			*out = refuse(404, noService)
			return nil
		}
		if t != nil {
			wrong = append(wrong, definition(ctx, t).Check(p.Attributes)...)
		}
		if p.HasPoint { // said at once also where requests are taken later
			fields := fault.Fields{}
			if err := filing.Within(ctx, tx, fields, &p.Lat, &p.Long); err != nil {
				return err
			}
			if m, there := fields["place"]; there {
				wrong = append(wrong, georeport.Error{Code: 400, Description: "lat, long: " + i18n.Message(ctx, m)})
			}
		}
		if out.wrong = wrong; len(wrong) > 0 {
			return nil
		}
		if err := used(ctx, tx, by); err != nil {
			return err
		}
		if batched(n) {
			out.body, err = s.queue(ctx, tx, by, p)
			return err
		}
		c, err := s.take(ctx, tx, n, t, by.ID, "", p)
		if err != nil {
			return err
		}
		out.body = []georeport.Receipt{{ID: c.Number, Notice: i18n.T(ctx, "open311.notice")}}
		return nil
	})
	if problems := invalid(ctx, err); len(problems) > 0 {
		return answer{wrong: problems}, nil
	}
	return out, err
}

// media keeps the photos that came with a request, of programs with a key only: they are not let in before. Whose key it is stays with who.
func (s *Server) media(ctx context.Context, who *caller, sent *form.Form) (p parked, wrong []georeport.Error, err error) {
	var files []form.File
	for _, name := range mediaFields() {
		files = append(files, sent.Files(name, stored.PhotosMax, attachments.MaxBytes)...)
	}
	if len(files) == 0 || s.Acts.Files == nil {
		return p, invalid(ctx, sent.Err()), nil
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if who.by, err = client(ctx, tx, who.key); err == nil && who.by == nil {
			wrong = oneError(403, noKey)
		}
		return err
	})
	if err != nil || len(wrong) > 0 {
		return p, wrong, err
	}
	f := form.New(url.Values{}, map[string][]form.File{"files": files})
	b, err := s.Acts.Files.Receive(ctx, f, attachments.Limits{Photos: stored.PhotosMax, Visitors: true})
	if err != nil {
		return p, nil, err
	}
	p.Pass = b.Pass
	for _, one := range b.Staged {
		p.Files = append(p.Files, one.ID)
	}
	return p, append(invalid(ctx, sent.Err()), invalid(ctx, f.Err())...), nil
}

// mediaFields are the names under which programs send photos.
func mediaFields() []string { return []string{"media", "media[]"} }

// invalid are the complaints of a refused report as the standard writes them, in order; nil for other errors.
func invalid(ctx context.Context, err error) []georeport.Error {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindInvalid {
		return nil
	}
	var out []georeport.Error
	for name, m := range e.Fields {
		out = append(out, georeport.Error{Code: 400, Description: strings.TrimSpace(name + ": " + i18n.Message(ctx, m))})
	}
	slices.SortFunc(out, func(a, b georeport.Error) int { return strings.Compare(a.Description, b.Description) })
	return out
}

// take receives a request as a case. A link to a picture is kept in the thread and never fetched.
func (s *Server) take(ctx context.Context, tx *tenant.Tx, n *listed.Names, t *stored.CaseTopic, clientID, token string, p parked) (*stored.Case, error) {
	r := reportOf(ctx, n, t, p.Post)
	r.Files = p.batch()
	r.ChannelRef = reference(clientID, token)
	c, err := s.Acts.ReportIn(ctx, tx, r)
	if err != nil || p.MediaURL == "" {
		return c, err
	}
	return c, s.line(ctx, tx, c, stored.CaseMessage{Direction: stored.In, Audience: stored.ToReporter, AuthorKind: "citizen", Body: p.MediaURL})
}

// line adds a message to the thread of a case.
func (s *Server) line(ctx context.Context, tx *tenant.Tx, c *stored.Case, m stored.CaseMessage) error {
	m.ID, m.CaseID, m.CreatedAt, m.Channel, m.Lang = id.New(), c.ID, tx.Now(), "open311", c.Lang
	if err := stored.Add(ctx, tx, &m); err != nil {
		return err
	}
	return stored.Bump(ctx, tx, c, 0, 0, 1)
}

// BatchJob receives the requests that wait with a token.
const BatchJob = "cases.open311.batch"

type batchPayload struct {
	Token string `json:"token"`
}

func (s *Server) queue(ctx context.Context, tx *tenant.Tx, by *stored.CaseClient, p parked) (any, error) {
	row := &apiToken{ClientID: by.ID, Payload: p, CreatedAt: tx.Now()}
	row.ID = stored.NewToken()
	if _, err := add(ctx, tx, row); err != nil {
		return nil, err
	}
	return []georeport.Receipt{{Token: row.ID, Notice: i18n.T(ctx, "open311.notice_batch")}}, tx.Enqueue(ctx, job.Spec{Kind: BatchJob, Payload: batchPayload{row.ID}})
}

// Batch receives one request that waits. Doing it twice makes one case.
func (s *Server) Batch(ctx context.Context, j job.Job) error {
	var b batchPayload
	if err := j.Decode(&b); err != nil {
		return job.Permanent(err)
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := tokenBy(ctx, tx, b.Token)
		if err != nil || row == nil || row.CaseID != "" {
			return err
		}
		n, err := s.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		t := topicOf(n, row.Payload.ServiceCode)
		if t == nil {
			row.Problem = noService
			return put(ctx, tx, row)
		}
		c, err := s.take(ctx, tx, n, t, row.ClientID, row.ID, row.Payload)
		if err != nil {
			return err
		}
		row.CaseID, row.Payload = c.ID, parked{Post: georeport.Post{ServiceCode: row.Payload.ServiceCode}} // who sent it stands with the case only
		return put(ctx, tx, row)
	})
}

// token says which case a token became; until then only the token.
func (s *Server) token(ctx context.Context, token string) (out answer, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := tokenBy(ctx, tx, token)
		if err != nil {
			return err
		}
		if row == nil {
			out = refuse(404, "token is not known")
			return nil
		}
		r := georeport.Receipt{Token: row.ID}
		if row.CaseID != "" {
			c, err := stored.Find(ctx, tx, row.CaseID)
			if err != nil {
				return err
			}
			r.ID = c.Number
		}
		out.body = []georeport.Receipt{r}
		return nil
	})
	return out, err
}

// requests are the list that a query asks for; one names a single request, which must be there.
func (s *Server) requests(ctx context.Context, base string, q georeport.Query, one bool) (out answer, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		n, err := s.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		for _, code := range q.Services {
			if topicOf(n, code) == nil && len(q.IDs) == 0 {
				out = refuse(404, noService)
				return nil
			}
		}
		rows, err := list(ctx, tx, n, q)
		if err != nil {
			return err
		}
		a := around{names: n, base: base}
		if err := a.load(ctx, tx, rows, q.Extensions); err != nil {
			return err
		}
		found := []georeport.Request{}
		for _, c := range rows {
			if r, ok := a.request(ctx, c, q.Extensions); ok {
				found = append(found, r)
			}
		}
		if out.body = found; one && len(found) == 0 {
			out = refuse(404, noRequest)
		}
		return nil
	})
	return out, err
}

// updates are the public news of requests.
func (s *Server) updates(ctx context.Context, q georeport.Query) (out answer, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		events, byID, answers, err := news(ctx, tx, q)
		if err != nil {
			return err
		}
		found := []georeport.Update{}
		for _, e := range events {
			c := byID[e.CaseID]
			if c == nil || !stored.See(c, stored.Anybody).Listed {
				continue
			}
			u := georeport.Update{ID: e.ID, RequestID: c.Number, Status: Extended(e.ToState), Updated: georeport.At(e.At), Code: string(e.ToState.PublicState()),
				Description: i18n.T(ctx, "cases.state."+string(e.ToState.PublicState()))}
			if e.Action == stored.Reopen {
				u.Status = "REOPEN"
			}
			for _, a := range answers {
				if a.CaseID == e.CaseID && a.PublishedAt.Equal(e.At) {
					u.Description = text.Plain(a.Body.In(ctx))
				}
			}
			found = append(found, u)
		}
		out.body = found
		return nil
	})
	return out, err
}

// update takes news from a program. It becomes a message that people of the municipality read; no program changes a state.
func (s *Server) update(ctx context.Context, key string, u georeport.Update, wrong []georeport.Error) (answer, error) {
	out, err := s.from(ctx, caller{key: key}, func(ctx context.Context, tx *tenant.Tx, by *stored.CaseClient, out *answer) error {
		if out.wrong = wrong; len(wrong) > 0 {
			return nil
		}
		c, err := s.theirs(ctx, tx, by, u.RequestID)
		if err != nil {
			return err
		}
		if c == nil {
			*out = refuse(404, noRequest)
			return nil
		}
		if again, err := sentBefore(ctx, tx, by.ID, u.ID); again || err != nil {
			*out = refuse(400, "update_id already exists")
			return err
		}
		out.body = []georeport.Update{{ID: u.ID}}
		return s.keep(ctx, tx, by, c, u)
	})
	if fault.Is(err, fault.KindConflict) {
		return refuse(400, "update_id already exists"), nil // sent twice at once
	}
	return out, err
}

// theirs is a case that a program may write to: one that everybody sees, or that came from it; nil for any other.
func (s *Server) theirs(ctx context.Context, tx *tenant.Tx, by *stored.CaseClient, number string) (*stored.Case, error) {
	c, err := stored.FindNumber(ctx, tx, number)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if stored.See(c, stored.Anybody).Listed || c.Channel == "open311" && strings.HasPrefix(c.ChannelRef, by.ID+":") {
		return c, nil
	}
	return nil, nil
}

func (s *Server) keep(ctx context.Context, tx *tenant.Tx, by *stored.CaseClient, c *stored.Case, u georeport.Update) error {
	row := &apiUpdate{ClientID: by.ID, UpdateID: u.ID, CaseID: c.ID, Status: u.Status, At: u.Updated.UTC(), CreatedAt: tx.Now()}
	row.ID = id.New()
	fresh, err := add(ctx, tx, row)
	if err != nil {
		return err
	}
	if !fresh {
		return fault.Conflict("cases.error.stale")
	}
	body := strings.TrimSpace("[" + u.Status + "] " + u.Description + "\n" + u.MediaURL)
	return s.note(ctx, tx, c, by.Name, body, map[string]any{"update": u.ID, "status": u.Status})
}

// note writes what a program said into the thread, for the municipality's own people, with its event.
func (s *Server) note(ctx context.Context, tx *tenant.Tx, c *stored.Case, name, body string, data map[string]any) error {
	e, err := stored.Apply(c, stored.Note, stored.Input{Now: tx.Now(), Data: data})
	if err != nil {
		return err
	}
	e.ActorKind, e.ActorName = stored.ByAPI, name
	if err := stored.Save(ctx, tx, c, e); err != nil {
		return err
	}
	return s.line(ctx, tx, c, stored.CaseMessage{Direction: stored.In, Audience: stored.ToInternal, AuthorKind: "body", AuthorName: name, Body: text.Truncate(body, stored.MessageMax)})
}

// makeClient makes a key for a program and returns it: it is shown once and not kept.
func (s *Server) makeClient(ctx context.Context, name, contact string) (key string, err error) {
	key = id.Token(32)
	err = s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row := &stored.CaseClient{Name: name, Contact: contact, KeyHash: id.Hash(key), Active: true, Channel: "open311", CreatedAt: tx.Now()}
		row.ID = id.New()
		if err := stored.Add(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "open311.key_made", Data: map[string]any{"name": name}})
	})
	if err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

// setClient revokes the key of a program, or lets it work again.
func (s *Server) setClient(ctx context.Context, clientID string, active bool) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		ok, err := setActive(ctx, tx, clientID, active)
		if err != nil {
			return err
		}
		if !ok {
			return fault.NotFound("open311.error.unknown")
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "open311.key_set", Data: map[string]any{"client": clientID, "active": active}})
	})
}

// setBatch chooses between an id at once and a token first.
func (s *Server) setBatch(ctx context.Context, batch bool) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := stored.Settings(ctx, tx)
		if err != nil {
			return err
		}
		if row.Data == nil {
			row.Data = map[string]any{}
		}
		row.Data[batchSetting] = batch
		if err := stored.PutSettings(ctx, tx, row); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Names.Forget(tx.ID()) })
		return audit.Record(ctx, tx, audit.Entry{Action: "open311.batch", Data: map[string]any{"on": batch}})
	})
	if err != nil {
		return fmt.Errorf("set batch mode: %w", err)
	}
	return nil
}
