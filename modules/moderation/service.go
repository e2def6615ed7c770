package moderation

import (
	"context"
	"fmt"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/tenant"
)

// held asks the host of a thing for it.
func (m *Module) held(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (Item, error) {
	host, known := m.Hosts[ref.Kind]
	if !known || !tx.Tenant().Offers(ref.Kind) {
		return Item{}, fault.NotFound("moderation.error.unknown")
	}
	item, err := host.Held(ctx, tx, ref.ID)
	return item.settled(), err
}

// Reportable gives a thing that the person in ctx can see and report.
func (m *Module) Reportable(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (Item, error) {
	item, err := m.held(ctx, tx, ref)
	if err != nil {
		return Item{}, err
	}
	open := !item.Gone
	if open && item.ConsultationID != "" && m.Public != nil {
		if open, err = m.Public(ctx, tx, item.ConsultationID); err != nil {
			return Item{}, err
		}
	}
	if !open {
		return Item{}, fault.NotFound("moderation.error.unknown")
	}
	return item, nil
}

// Complaint is a report as somebody sends it.
type Complaint struct {
	Reason Reason
	Text   string
	// Visitor is a keyed hash of the address of somebody without an account, by which he is one person.
	Visitor string
}

// Report puts a thing before the moderators. A second report of the same person changes nothing and says false.
func (m *Module) Report(ctx context.Context, ref subject.Ref, c Complaint) (item Item, fresh bool, err error) {
	if err := authz.Can(ctx, "report.send", authz.Resource{}).Err(); err != nil {
		return Item{}, false, err
	}
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if item, err = m.Reportable(ctx, tx, ref); err != nil {
			return err
		}
		fresh, err = m.report(ctx, tx, item, c)
		return err
	})
	if err != nil {
		return Item{}, false, fmt.Errorf("report %s: %w", ref, err)
	}
	return item, fresh, nil
}

func (m *Module) report(ctx context.Context, tx *tenant.Tx, item Item, complaint Complaint) (bool, error) {
	actor := authz.From(ctx)
	reporter := actor.ID
	if !actor.SignedIn() {
		reporter = "visitor " + complaint.Visitor
	} else if actor.ID == item.AuthorID {
		return false, fault.Conflict("moderation.error.own")
	}
	c, err := caseOf(ctx, tx, item.Ref)
	if err != nil {
		return false, err
	}
	if c == nil {
		c = &ModerationCase{Key: tenant.Key{ID: id.New()}, SubjectKind: item.Ref.Kind, SubjectID: item.Ref.ID, OpenedAt: tx.Now()}
		if err := saveCase(ctx, tx, c); err != nil {
			return false, err
		}
	}
	past, err := recordOf(ctx, tx, reporter)
	if err != nil {
		return false, err
	}
	r := &ModerationReport{Key: tenant.Key{ID: id.New()}, CaseID: c.ID, Reporter: reporter, Visitor: !actor.SignedIn(), Reason: complaint.Reason,
		Text: complaint.Text, Weight: weight(actor, past, complaint.Reason), Month: monthOf(tx), CreatedAt: tx.Now()}
	fresh, err := addReport(ctx, tx, r)
	if err != nil || !fresh {
		return false, err
	}
	c.reopen(tx.Now())
	c.AuthorID = item.AuthorID
	c.Reports++
	c.Weight += r.Weight
	if c.TopReason, err = m.topReason(ctx, tx, c.ID); err != nil {
		return false, err
	}
	return true, saveCase(ctx, tx, c)
}

// topReason is the reason that the open reports of a case give most often, the more pressing one of two.
func (m *Module) topReason(ctx context.Context, tx *tenant.Tx, caseID string) (string, error) {
	all, err := reportsOf(ctx, tx, caseID)
	if err != nil {
		return "", err
	}
	sums := map[Reason]float64{}
	top := Reason("")
	for _, r := range all {
		if r.Outcome != "" {
			continue
		}
		sums[r.Reason] += r.Weight
	}
	for _, r := range Reasons() {
		if sums[r] > 0 && (top == "" || sums[r] > sums[top]) {
			top = r
		}
	}
	return string(top), nil
}

// Decide carries out what the moderator in ctx decided about a case: the thing changes, reports are judged, the author is told what,
// why and by which rule, and the record keeps it, all in one transaction.
func (m *Module) Decide(ctx context.Context, caseID string, d Draft) error {
	if err := authz.Can(ctx, review, authz.Resource{}).Err(); err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	if d.Act == ActBlock {
		if err := m.block(ctx, caseID, d); err != nil {
			return err
		}
	}
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := caseByID(ctx, tx, caseID)
		if err != nil {
			return err
		}
		return m.decide(ctx, tx, c, d)
	})
	if err != nil {
		return fmt.Errorf("decide case: %w", err)
	}
	return nil
}

// block takes the right to take part from the author of a case. Everything that could keep the decision from being stored is asked
// before, because accounts change in a transaction of their own.
func (m *Module) block(ctx context.Context, caseID string, d Draft) error {
	var author string
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := caseByID(ctx, tx, caseID)
		if err != nil {
			return err
		}
		item, err := m.held(ctx, tx, c.Ref())
		if err != nil {
			return err
		}
		author = item.AuthorID
		return d.current(item)
	})
	if err != nil {
		return err
	}
	if author == "" || m.People == nil {
		return fault.Conflict("moderation.error.no_author")
	}
	if err := m.People.Block(ctx, author, d.Reason); err != nil {
		return fmt.Errorf("block author: %w", err)
	}
	return nil
}

func (m *Module) decide(ctx context.Context, tx *tenant.Tx, c *ModerationCase, d Draft) error {
	item, err := m.held(ctx, tx, c.Ref())
	if fault.Is(err, fault.KindNotFound) && d.Act == ActDismiss {
		item, err = Item{Ref: c.Ref(), State: "removed"}, nil // there is nothing left but the case itself
	}
	if err != nil {
		return err
	}
	if err := d.current(item); err != nil {
		return err
	}
	row := &ModerationDecision{Key: tenant.Key{ID: id.New()}, SubjectKind: c.SubjectKind, SubjectID: c.SubjectID, AuthorID: item.AuthorID,
		Title: item.Title, Path: item.Path, Act: d.Act, Reason: d.Reason, Rule: d.Rule, ModeratorID: authz.From(ctx).ID, Month: monthOf(tx), CreatedAt: tx.Now()}
	if !d.Act.against() {
		row.Rule = ""
	}
	if err := addDecision(ctx, tx, row); err != nil {
		return err
	}
	if v := d.Act.verdict(); v != "" {
		if err := m.Hosts[c.SubjectKind].Decide(ctx, tx, c.SubjectID, Ruling{Verdict: v, Reason: d.Reason, Rule: m.ruleWords(tx, row.Rule)}); err != nil {
			return err
		}
	}
	if d.Act == ActDismiss && item.erased() {
		if err := judge(ctx, tx, c.ID, "", moot); err != nil {
			return err
		}
	}
	if err := m.close(ctx, tx, c, d.Act); err != nil {
		return err
	}
	if err := m.tellAuthor(ctx, tx, row, c.Waiting); err != nil {
		return err
	}
	return m.record(ctx, tx, "moderation."+string(d.Act), c.Ref(), map[string]any{"reason": d.Reason, "rule": row.Rule, "decision": row.ID})
}

// close ends a case, except after a block, and counts what it says about reporters and about the author.
func (m *Module) close(ctx context.Context, tx *tenant.Tx, c *ModerationCase, a Act) error {
	if a == ActBlock {
		return nil
	}
	if err := judge(ctx, tx, c.ID, "", a.outcome()); err != nil {
		return err
	}
	switch a {
	case ActHide, ActRefuse, ActRemove:
		if err := dropPost(ctx, tx, c.Ref()); err != nil {
			return err
		}
	case ActApprove, ActRestore:
		if err := addPost(ctx, tx, c.Ref(), c.AuthorID); err != nil {
			return err
		}
	}
	c.Open, c.ClosedAt = false, tx.Now()
	return saveCase(ctx, tx, c)
}

func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
	if m.Audit == nil {
		return nil
	}
	if err := m.Audit(ctx, tx, action, ref, data); err != nil {
		return fmt.Errorf("record %s: %w", action, err)
	}
	return nil
}

// Appeal says why the author in ctx finds a decision wrong. Somebody who may not take part any more can still appeal.
func (m *Module) Appeal(ctx context.Context, decisionID, words string) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		d, err := m.ownDecision(ctx, tx, decisionID)
		if err != nil {
			return err
		}
		if err := d.mayAppeal(tx.Now()); err != nil {
			return err
		}
		d.Appeal, d.AppealText, d.AppealedAt = appealOpen, words, tx.Now()
		if err := saveDecision(ctx, tx, d); err != nil {
			return err
		}
		return m.record(ctx, tx, "moderation.appeal", d.Ref(), map[string]any{"decision": d.ID})
	})
	if err != nil {
		return fmt.Errorf("appeal: %w", err)
	}
	return nil
}

// ownDecision finds a decision for the one whom it is about; to anybody else it does not exist.
func (m *Module) ownDecision(ctx context.Context, tx *tenant.Tx, decisionID string) (*ModerationDecision, error) {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil, fault.SignIn()
	}
	d, err := decisionByID(ctx, tx, decisionID)
	if err != nil {
		return nil, err
	}
	if d.AuthorID != actor.ID || !d.Act.against() {
		return nil, fault.NotFound("moderation.error.unknown")
	}
	return d, nil
}

// Settle decides an appeal. Whoever made the decision cannot, and neither can the author.
func (m *Module) Settle(ctx context.Context, decisionID string, overturn bool, reason string) error {
	if err := authz.Can(ctx, review, authz.Resource{}).Err(); err != nil {
		return err
	}
	var d *ModerationDecision
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d, err = decisionByID(ctx, tx, decisionID); err == nil {
			err = mayDecide(ctx, d)
		}
		return err
	})
	if err != nil {
		return err
	}
	if overturn && d.Act == ActBlock && m.People != nil {
		if err := m.People.Unblock(ctx, d.AuthorID); err != nil {
			return fmt.Errorf("unblock author: %w", err)
		}
	}
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if d, err = decisionByID(ctx, tx, decisionID); err != nil {
			return err
		}
		if err := mayDecide(ctx, d); err != nil {
			return err
		}
		return m.settle(ctx, tx, d, overturn, reason)
	})
	if err != nil {
		return fmt.Errorf("settle appeal: %w", err)
	}
	return nil
}

// mayDecide says why the person in ctx may not decide an appeal; nil when he may.
func mayDecide(ctx context.Context, d *ModerationDecision) error {
	switch me := authz.From(ctx).ID; {
	case d.Appeal != appealOpen:
		return fault.Conflict("moderation.error.settled")
	case me == d.ModeratorID || me == d.AuthorID:
		return fault.Forbidden("moderation.error.same_moderator")
	}
	return nil
}

func (m *Module) settle(ctx context.Context, tx *tenant.Tx, d *ModerationDecision, overturn bool, reason string) error {
	d.Appeal, d.SettledBy, d.SettledReason, d.SettledAt = appealUpheld, authz.From(ctx).ID, reason, tx.Now()
	if overturn {
		d.Appeal = appealOverturned
		if err := m.putRight(ctx, tx, d, reason); err != nil {
			return err
		}
	}
	if err := saveDecision(ctx, tx, d); err != nil {
		return err
	}
	if err := m.tellSettled(ctx, tx, d); err != nil {
		return err
	}
	return m.record(ctx, tx, "moderation.appeal_"+d.Appeal, d.Ref(), map[string]any{"decision": d.ID, "reason": reason})
}

// putRight undoes an overturned decision as far as that is possible: a text that was removed for good, or that its author has
// deleted since, does not come back.
func (m *Module) putRight(ctx context.Context, tx *tenant.Tx, d *ModerationDecision, reason string) error {
	host, known := m.Hosts[d.SubjectKind]
	if v := d.undo(); v != "" && known {
		err := host.Decide(ctx, tx, d.SubjectID, Ruling{Verdict: v, Reason: reason})
		if err != nil && !fault.Is(err, fault.KindConflict) {
			return err
		}
		if err == nil {
			if err := addPost(ctx, tx, d.Ref(), d.AuthorID); err != nil {
				return err
			}
		}
	}
	c, err := caseOf(ctx, tx, d.Ref())
	if err != nil || c == nil {
		return err
	}
	return judge(ctx, tx, c.ID, upheld, dismissed)
}

// hints are the words of a thing that a moderator may want to look at, from the lists and the municipality's own.
func hints(item Item, own string) []string {
	return matches(item.Title+"\n"+item.Text, wordLists[item.Lang], fold(strings.Split(own, "\n")))
}

// SaveWords replaces the municipality's own words; of those that are the same when folded the first stays.
func (m *Module) SaveWords(ctx context.Context, list []string) error {
	if err := authz.Can(ctx, review, authz.Resource{}).Err(); err != nil {
		return err
	}
	var keep []string
	seen := map[string]bool{}
	for _, w := range list {
		if f := search.Fold(w); f != "" && !seen[f] {
			seen[f] = true
			keep = append(keep, w)
		}
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := storeWords(ctx, tx, strings.Join(keep, "\n")); err != nil {
			return err
		}
		return m.record(ctx, tx, "moderation.words", subject.Ref{Kind: "moderation", ID: ownWords}, map[string]any{"words": len(keep)})
	})
}
