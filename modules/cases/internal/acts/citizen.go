package acts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/mail"
	"glas/modules/cases/internal/letters"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/tenant"
)

// seen loads a case whose page who acts in ctx may open.
func seen(ctx context.Context, tx *tenant.Tx, caseID, token string) (*stored.Case, stored.Sight, error) {
	c, err := stored.Find(ctx, tx, caseID)
	if err != nil {
		return nil, stored.Sight{}, err
	}
	s, err := Sight(ctx, tx, c, token)
	if err == nil && !s.Page {
		err = stored.ErrUnknown()
	}
	return c, s, err
}

// Support adds the support of who acts in ctx, or takes it back. At the threshold the clocks of an initiative begin.
func (a *Acts) Support(ctx context.Context, caseID string, on bool) (*stored.Case, error) {
	if err := authz.Can(ctx, PermSupport, authz.Resource{}).Err(); err != nil {
		return nil, err
	}
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, _, err = seen(ctx, tx, caseID, ""); err != nil {
			return err
		}
		g, err := a.governs(ctx, tx, c)
		if err != nil {
			return err
		}
		if !g.Kind.Support || !c.State.Running() {
			return fault.Conflict("cases.error.support_closed")
		}
		return a.support(ctx, tx, c, on, g.Kind.Threshold)
	})
	if err != nil {
		return nil, fmt.Errorf("support case: %w", err)
	}
	return c, nil
}

func (a *Acts) support(ctx context.Context, tx *tenant.Tx, c *stored.Case, on bool, threshold int64) error {
	voter := authz.From(ctx).VoterID()
	if !on {
		gone, err := stored.DropSupport(ctx, tx, c.ID, voter)
		if err != nil || !gone {
			return err
		}
		return stored.Bump(ctx, tx, c, -1, 0, 0)
	}
	fresh, err := stored.AddSupport(ctx, tx, c.ID, voter, "")
	if err != nil || !fresh {
		return err
	}
	if err := stored.Bump(ctx, tx, c, 1, 0, 0); err != nil {
		return err
	}
	if c.ThresholdMet || threshold == 0 || c.Supports < threshold || !c.SupportUntil.IsZero() && tx.Now().After(c.SupportUntil) {
		return nil
	}
	return a.take(ctx, tx, c, step{free: true, action: stored.Threshold, in: stored.Input{Data: map[string]any{"supports": c.Supports}}, change: func(c *stored.Case) { c.ThresholdMet = true },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := a.begin(ctx, tx, c, tx.Now()); err != nil {
				return err
			}
			return a.tellReporter(ctx, tx, c, "threshold", c.TokenPath())
		}})
}

// Follow has who acts in ctx told what becomes of a case; without an account by an address, which a letter asks to confirm.
func (a *Acts) Follow(ctx context.Context, caseID, email, lang string) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, _, err = seen(ctx, tx, caseID, ""); err != nil {
			return err
		}
		f := &stored.CaseFollower{CaseID: c.ID, AccountID: authz.From(ctx).ID, Lang: lang, ConfirmedAt: tx.Now()}
		if f.AccountID == "" {
			address, err := mail.Address(email)
			if err != nil {
				return fault.InvalidField("email", "val.email")
			}
			f.Email, f.ConfirmedAt = strings.ToLower(address), time.Time{}
		}
		fresh, err := stored.AddFollower(ctx, tx, f)
		if err != nil || !fresh {
			return err
		}
		if f.AccountID == "" {
			return a.Letter(ctx, tx, c, letters.To{Email: f.Email, Lang: f.Lang}, "follow", "/cases/following/"+f.Token)
		}
		return stored.Bump(ctx, tx, c, 0, 1, 0)
	})
	if err != nil {
		return nil, fmt.Errorf("follow case: %w", err)
	}
	return c, nil
}

// ConfirmFollow begins, and Unfollow ends, the letters to an address; token is that of the letter.
func (a *Acts) ConfirmFollow(ctx context.Context, token string) (*stored.Case, error) {
	return a.following(ctx, token, func(ctx context.Context, tx *tenant.Tx, f *stored.CaseFollower, c *stored.Case) error {
		if !f.ConfirmedAt.IsZero() {
			return nil
		}
		f.ConfirmedAt = tx.Now()
		if err := stored.Put(ctx, tx, f); err != nil {
			return err
		}
		return stored.Bump(ctx, tx, c, 0, 1, 0)
	})
}

// Unfollow ends the letters to an address.
func (a *Acts) Unfollow(ctx context.Context, token string) (*stored.Case, error) {
	return a.following(ctx, token, func(ctx context.Context, tx *tenant.Tx, f *stored.CaseFollower, c *stored.Case) error {
		return a.leave(ctx, tx, f, c)
	})
}

func (a *Acts) leave(ctx context.Context, tx *tenant.Tx, f *stored.CaseFollower, c *stored.Case) error {
	if err := stored.DropFollower(ctx, tx, f); err != nil || f.ConfirmedAt.IsZero() {
		return err
	}
	return stored.Bump(ctx, tx, c, 0, -1, 0)
}

func (a *Acts) following(ctx context.Context, token string, fn func(ctx context.Context, tx *tenant.Tx, f *stored.CaseFollower, c *stored.Case) error) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		f, err := stored.FollowerByToken(ctx, tx, token)
		if err != nil {
			return err
		}
		if c, err = stored.Find(ctx, tx, f.CaseID); err != nil {
			return err
		}
		return fn(ctx, tx, f, c)
	})
	if err != nil {
		return nil, fmt.Errorf("follow case: %w", err)
	}
	return c, nil
}

// UnfollowMine ends it for the account of who acts in ctx.
func (a *Acts) UnfollowMine(ctx context.Context, caseID string) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, err = stored.Find(ctx, tx, caseID); err != nil {
			return err
		}
		f, err := stored.FollowerOf(ctx, tx, caseID, authz.From(ctx).ID)
		if err != nil || f == nil {
			return err
		}
		return a.leave(ctx, tx, f, c)
	})
	return c, err
}

// Join supports and follows a case instead of reporting it again.
func (a *Acts) Join(ctx context.Context, caseID string) (*stored.Case, error) {
	if !authz.From(ctx).SignedIn() {
		return nil, fault.SignIn()
	}
	c, err := a.Follow(ctx, caseID, "", "")
	if err != nil {
		return nil, err
	}
	if _, err := a.Support(ctx, caseID, true); err != nil && !fault.Is(err, fault.KindConflict) {
		return nil, err
	}
	return c, nil
}

// Withdraw takes a case back, by its reporter, before it was answered.
func (a *Acts) Withdraw(ctx context.Context, caseID, token string) (*stored.Case, error) {
	return a.do(ctx, Key{ID: caseID}, step{token: token, action: stored.Withdraw, change: func(c *stored.Case) { c.Published = false },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			return a.turn(ctx, tx, c, Turn{All: true, Outcome: timed.OutcomeCancelled})
		}})
}

// Name shows or hides the name of the reporter from now on, on every way out: he may change his mind at any time.
func (a *Acts) Name(ctx context.Context, caseID, token string, show bool) (*stored.Case, error) {
	return a.do(ctx, Key{ID: caseID}, step{token: token, action: stored.Byline, in: stored.Input{Data: map[string]any{"shown": show}}, change: func(c *stored.Case) { c.NamePublic = show }})
}

// RequestReopen asks the municipality to look again. Staff decide.
func (a *Acts) RequestReopen(ctx context.Context, caseID, token, why string) (*stored.Case, error) {
	return a.do(ctx, Key{ID: caseID}, a.reopening(token, why))
}

func (a *Acts) reopening(token, why string) step {
	return step{token: token, action: stored.RequestReopen, in: stored.Input{Text: why, Data: map[string]any{}},
		fill: func(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) error {
			g, err := a.governs(ctx, tx, c)
			in.ReopenDays = g.ReopenDays
			return err
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if _, err := a.line(ctx, tx, c, stored.CaseMessage{Direction: stored.In, Audience: stored.ToReporter, Body: why, AuthorKind: "citizen"}); err != nil {
				return err
			}
			return a.turn(ctx, tx, c, Turn{Start: []string{timed.MetricReopen}})
		}}
}

// Claim gives a case that was reported without an account to the account of who acts in ctx, who holds its token.
func (a *Acts) Claim(ctx context.Context, caseID, token string) (*stored.Case, error) {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil, fault.SignIn()
	}
	return a.do(ctx, Key{ID: caseID}, step{token: token, action: stored.Claim,
		fill: func(_ context.Context, _ *tenant.Tx, c *stored.Case, _ *stored.Input) error {
			if c.ReporterID != "" || token == "" || token != c.Token {
				return fault.Conflict("cases.error.claimed")
			}
			return nil
		},
		change: func(c *stored.Case) { c.ReporterID = actor.ID },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			p, err := stored.ReporterOf(ctx, tx, c.ID)
			if err != nil || p == nil {
				return err
			}
			p.AccountID = actor.ID
			return stored.Put(ctx, tx, p)
		}})
}
