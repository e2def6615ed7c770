package open311

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/georeport"
	"glas/internal/job"
	"glas/internal/text"
	"glas/modules/audit"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// decision is what staff says about a handover whose outcome is not known, or that was refused.
type decision struct {
	ID string
	// Remote is what the case is called there, typed by who asked there; empty when that is not known.
	Remote string
	// Sure says that somebody asked there and they have it not.
	Sure bool
}

// settle ends a handover that is unclear, in one of three ways. With the number of the other system it is theirs. Without, that system is
// asked for a case that bears our number: found, it is theirs. Only when it is not found there, or cannot be asked, and who acts says that
// they do not have it, it is sent once more. What was refused never came to be there and is sent again without more ado.
func (s *Server) settle(ctx context.Context, d decision) (found string, err error) {
	var h *handover
	var e *endpoint
	var c *stored.Case
	err = s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if h, e, err = pair(ctx, tx, d.ID); err != nil {
			return err
		}
		if h == nil || h.RemoteID != "" || h.Problem == "" {
			return fault.NotFound("open311.error.unknown")
		}
		c, err = stored.Find(ctx, tx, h.CaseID)
		return err
	})
	if err != nil {
		return "", err
	}
	remote := text.Truncate(text.CleanLine(d.Remote), 200)
	if remote == "" && h.Problem == unclear {
		if remote, err = s.seek(ctx, e, h, c.Number); err != nil && !d.Sure {
			return "", fault.Conflict("open311.error.not_asked", "Name", e.Name)
		}
		if remote == "" && !d.Sure {
			return "", fault.Conflict("open311.error.not_found_there", "Name", e.Name)
		}
	}
	return remote, s.settled(ctx, h, e, remote)
}

// settled keeps what was decided: the number there, or that it is sent once more.
func (s *Server) settled(ctx context.Context, h *handover, e *endpoint, remote string) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		free, err := release(ctx, tx, h, remote)
		if err != nil {
			return err
		}
		if !free {
			return stored.ErrStale() // somebody else decided meanwhile
		}
		if err := audit.Record(ctx, tx, audit.Entry{Action: "open311.settled", Data: map[string]any{"handover": h.ID, "remote": remote, "was": h.Problem}}); err != nil {
			return err
		}
		if remote == "" {
			return tx.Enqueue(ctx, job.Spec{Kind: SendJob, Payload: outPayload{h.ID}, Unique: h.ID + ":" + strconv.FormatInt(h.Tries, 10)})
		}
		c, err := stored.Find(ctx, tx, h.CaseID)
		if err != nil {
			return err
		}
		return s.note(ctx, tx, c, e.Name, "→ "+e.Name+": "+remote, map[string]any{"endpoint": e.ID, "remote": remote})
	})
	if err != nil {
		return fmt.Errorf("settle handover: %w", err)
	}
	return nil
}

// release takes the mark off a handover that is still as it was read, once: with the number there, or for another sending.
func release(ctx context.Context, tx *tenant.Tx, h *handover, remote string) (bool, error) {
	res, err := tx.Update((*handover)(nil)).Set("problem = ''").Set("remote_id = ?", remote).Set("updated_at = ?", tx.Now()).Set("tries = tries + 1").
		Where("case_handover.id = ?", h.ID).Where("case_handover.problem = ?", h.Problem).Where("case_handover.tries = ?", h.Tries).Where("case_handover.remote_id = ''").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("release handover: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// seek asks a system of others for a case that bears our number, in the time in which it could have come to be there.
func (s *Server) seek(ctx context.Context, e *endpoint, h *handover, number string) (string, error) {
	from := h.SentAt
	if from.IsZero() {
		from = h.CreatedAt
	}
	v := jurisdiction(e)
	v.Set("service_code", e.ServiceCode)
	v.Set("start_date", from.Add(-pollBack).UTC().Format(time.RFC3339))
	v.Set("end_date", from.Add(24*time.Hour).UTC().Format(time.RFC3339))
	first := ""
	for page := 1; page <= 10; page++ {
		v.Set("page", strconv.Itoa(page))
		var list []georeport.Request
		if err := s.call(ctx, http.MethodGet, e.URL+"/requests.json", v, &list); err != nil {
			return "", err
		}
		for _, r := range list {
			if r.ID != "" && strings.Contains(r.Description, marked(number)) {
				return r.ID, nil
			}
		}
		if len(list) == 0 || list[0].ID == first { // it has no pages
			return "", nil
		}
		first = list[0].ID
	}
	return "", errors.New("open311: more requests than can be looked through")
}
