package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/modules/cases"
	"glas/tenant"
)

// live plans the life of one case as steps. What would lie in the future does not happen.
func (w *casework) live(i int, p *plan) {
	c := &life{casework: w, i: i, p: p, at: p.at}
	c.then(0, func(at time.Time) error { return c.report(at) })
	if p.fate == stays {
		return
	}
	c.begin()
	defer c.call()
	switch p.fate {
	case joined:
		c.act(w.editor(), 2*time.Hour, func(ctx context.Context, k cases.Key) (*cases.Case, error) {
			return w.past.Cases.Acts().Merge(ctx, k, w.made[p.master].ID, "= "+w.made[p.master].Number)
		})
	case reviewed, assigned, stays:
	case worked, planned, asked, late:
		c.open()
	default:
		c.close()
	}
}

// life is one case on its way.
type life struct {
	*casework
	i  int
	p  *plan
	at time.Time
}

// then adds a step after a while; in a small municipality staff works by day.
func (c *life) then(after time.Duration, do func(at time.Time) error) {
	c.at = c.at.Add(after)
	if after > 0 && !c.c.Direct {
		c.at = c.office(c.at)
	}
	if c.at.Before(c.now.Add(-time.Minute)) {
		c.steps = append(c.steps, step{c.at, do})
	}
}

// act adds an act of somebody on the case.
func (c *life) act(who string, after time.Duration, do func(ctx context.Context, k cases.Key) (*cases.Case, error)) {
	c.then(after, func(at time.Time) error {
		one, err := do(c.as(who, at), cases.Key{ID: c.made[c.i].ID})
		if err != nil {
			return fmt.Errorf("%s (%s): %w", c.p.title, c.made[c.i].Number, err)
		}
		c.made[c.i] = one
		return nil
	})
}

// hours is a time between two numbers of hours.
func (w *casework) hours(from, to float64) time.Duration {
	return time.Duration((from + w.rnd.Float64()*(to-from)) * float64(time.Hour))
}

// editor is who reviews, officer who works for a department: somebody of it, else the administrator.
func (w *casework) editor() string {
	for _, one := range w.m.Staff {
		if one.Role == "editor" {
			return one.Key
		}
	}
	return w.admin
}

func (w *casework) officer(department string) string {
	for _, one := range w.m.Staff {
		if one.Role == "officer" && one.Department == department {
			return one.Key
		}
	}
	return w.admin
}

func (c *life) report(at time.Time) error {
	p := c.p
	r := cases.Report{Kind: p.kind, TopicID: c.topics[p.topic.Key], Title: p.title, Body: p.body, Lang: c.m.Default, AreaID: c.areaOf(p.lat, p.lng), Channel: p.channel, NamePublic: p.pace > 0.6}
	if !p.topic.Sensitive {
		r.Lat, r.Lng, r.Address = &p.lat, &p.lng, strings.TrimSpace(p.street+" "+p.number)
	}
	who := p.person
	switch {
	case who != "":
	case p.channel == "web" || p.channel == "email":
		r.Trusted, r.RegisteredAt = true, at
		r.Name, r.Email = p.name, "oseba"+strconv.Itoa(int(hashOf(p.name)%900))+"@"+c.m.Slug+".example"
	default:
		who = c.admin
		if p.channel == "phone" || p.channel == "desk" {
			who = c.editor()
		}
		r.ForOther, r.Name, r.Phone = true, p.name, p.phone
		if p.channel == "letter" {
			r.Phone, r.PostAddress = "", p.street+" "+p.number
		}
	}
	one, err := c.past.Cases.Acts().Report(c.as(who, at), r)
	if err != nil {
		return fmt.Errorf("%s: %w", p.title, err)
	}
	c.made[c.i] = one
	return nil
}

// areaOf is the part of the municipality whose middle is nearest.
func (w *casework) areaOf(lat, lng float64) string {
	best, far := "", 1.0
	for _, a := range w.m.Areas {
		if d := (a.At[0]-lat)*(a.At[0]-lat) + (a.At[1]-lng)*(a.At[1]-lng)/2; d < far {
			best, far = w.places["area:"+a.Key], d
		}
	}
	return best
}

// begin takes a case up: an editor reads it and shows it where that is wanted at once, and a department gets it.
func (c *life) begin() {
	a, p := c.past.Cases.Acts(), c.p
	department := c.places["department:"+p.topic.Department]
	if !c.c.Direct && p.fate != assigned || c.c.Direct && p.fate == reviewed {
		if c.c.Direct { // a department says that it is not for it, and an editor looks again
			c.act(c.officer(p.topic.Department), c.hours(1, 5), func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.Decline(ctx, k, c.c.Accepted) })
		} else {
			c.act(c.editor(), c.hours(0.5, 9), func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.Triage(ctx, k) })
		}
	}
	if c.modes[p.kind] == "after_review" && !p.topic.Sensitive && p.fate != reviewed && p.fate != assigned {
		c.act(c.editor(), 10*time.Minute, func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.Publish(ctx, k) })
		c.supported()
	}
	short := p.kind == "praise" || p.kind == "question"
	if !c.c.Direct && p.fate != reviewed && p.fate != joined && !((p.fate == ends || p.fate == again) && (short || p.answer[0] == "referred")) {
		c.act(c.editor(), c.hours(0.3, 3), func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.Assign(ctx, k, department, "") })
	}
}

// supported lets a few people support what they may.
func (c *life) supported() {
	if !c.supportable() {
		return
	}
	for n := int(c.p.pace * 7); n > 0; n-- {
		who := c.people[(c.i*5+n*3)%len(c.people)]
		if who == c.p.person {
			continue
		}
		c.then(5*time.Minute, func(at time.Time) error {
			_, err := c.past.Cases.Acts().Support(c.as(who, at), c.made[c.i].ID, true)
			return err
		})
	}
}

func (c *life) supportable() bool {
	if c.p.kind != "initiative" && c.p.kind != "suggestion" {
		return false
	}
	for _, k := range c.c.Kinds {
		if k.Code == c.p.kind {
			return k.Support
		}
	}
	return false
}

func (c *life) accept() {
	c.act(c.officer(c.p.topic.Department), c.hours(0.4, 5), func(ctx context.Context, k cases.Key) (*cases.Case, error) { return c.past.Cases.Acts().Accept(ctx, k) })
}

func (w *casework) text(s string) i18n.Text { return i18n.Text{w.m.Default: s} }

// open leaves a case with its department: with a promised date, planned, or waiting for the reporter.
func (c *life) open() {
	a, p, officer := c.past.Cases.Acts(), c.p, c.officer(c.p.topic.Department)
	c.accept()
	if p.fate == late {
		return
	}
	if p.fate == asked {
		c.act(officer, c.hours(1, 8), func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.Ask(ctx, k, c.c.Ask) })
		return
	}
	promise := c.now.AddDate(0, 0, 2+int(p.pace*9))
	c.act(officer, c.hours(2, 20), func(ctx context.Context, k cases.Key) (*cases.Case, error) {
		return a.Interim(ctx, k, c.text(c.c.Accepted), promise, true)
	})
	if p.fate == planned {
		c.act(officer, time.Hour, func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.Plan(ctx, k, promise) })
	}
}

// answering is how long the answer takes: most of it in time, some late.
func (c *life) answering() time.Duration {
	switch {
	case c.c.Direct && c.p.pace < 0.78:
		return c.hours(2, 38)
	case c.c.Direct && c.p.pace < 0.92:
		return c.hours(44, 90)
	case c.c.Direct:
		return c.hours(90, 260)
	case c.p.pace < 0.9:
		return c.hours(8, 190)
	}
	return c.hours(300, 640)
}

// close answers a case for good, or passes it to another authority.
func (c *life) close() {
	a, p := c.past.Cases.Acts(), c.p
	who := c.editor()
	if p.answer[0] == "referred" {
		c.act(who, c.answering()/3, func(ctx context.Context, k cases.Key) (*cases.Case, error) {
			return a.Refer(ctx, k, c.bodies[p.answer[2]], p.answer[1], c.fill(p.answer[1], p, c.at))
		})
		return
	}
	short := p.kind == "praise" || p.kind == "question"
	if !short || c.c.Direct {
		c.accept()
		who = c.officer(p.topic.Department)
	}
	outcome, words := p.answer[0], p.answer[1]
	if outcome == "scheduled" { // first a promise, and in the end the work
		first := c.text(words)
		c.act(who, c.answering()/2, func(ctx context.Context, k cases.Key) (*cases.Case, error) {
			return a.Interim(ctx, k, first, c.past.Clock.Now().AddDate(0, 0, 30), true)
		})
		c.at = c.at.Add(c.hours(5*24, 27*24))
		outcome, words = "resolved", c.c.Done
	} else {
		c.at = c.at.Add(c.answering())
	}
	c.act(who, time.Hour, func(ctx context.Context, k cases.Key) (*cases.Case, error) {
		body := c.text(c.fill(words, p, c.past.Clock.Now().AddDate(0, 0, -1)))
		return a.DraftAnswer(ctx, k, cases.Draft{Body: body, Outcome: cases.State(outcome), Public: p.kind != "complaint" || p.pace > 0.15})
	})
	c.act(c.editor(), 40*time.Minute, func(ctx context.Context, k cases.Key) (*cases.Case, error) { return a.PublishAnswer(ctx, k, "") })
	c.rate()
}

// call tells reporters without e-mail by phone or on paper what became of their case, some hours after it did.
func (c *life) call() {
	c.then(20*time.Hour, func(at time.Time) error {
		return c.past.DB.Update(c.as(c.editor(), at), func(ctx context.Context, tx *tenant.Tx) error { return cases.Told(ctx, tx, c.made[c.i].ID) })
	})
}

// rate asks some reporters whether they are content; one is not, and wants it looked at again.
func (c *life) rate() {
	if c.p.satisfied == 0 {
		return
	}
	c.then(c.hours(3, 60), func(at time.Time) error {
		token := ""
		ctx := c.as(c.p.person, at)
		err := c.past.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := c.past.Cases.Acts().Survey(ctx, tx, c.made[c.i])
			if s != nil {
				token = s.Token
			}
			return err
		})
		if err != nil || token == "" {
			return err
		}
		o := cases.Opinion{Satisfied: c.p.satisfied == 1}
		if c.p.fate == again {
			o.Text, o.Reopen = c.c.Unhappy, true
		}
		_, err = c.past.Cases.Acts().Rate(ctx, token, o)
		return err
	})
}
