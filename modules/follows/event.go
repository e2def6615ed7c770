package follows

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"glas/internal/job"
	"glas/internal/subject"
	"glas/tenant"
)

// The kinds of things that others announce news of. Only their names are known here.
const (
	kindConsultation = "consultation"
	kindTopic        = "topic"
	kindArea         = "area"
	kindComment      = "comment"
)

// listeners are the events of others that become news.
func (m *Module) listeners() map[string]job.Handler {
	return map[string]job.Handler{
		"comments.posted":            listen(m, m.commentPosted),
		"proposals.published":        listen(m, m.proposalPublished),
		"proposals.withdrawn":        listen(m, m.proposalWithdrawn),
		"proposals.merged":           listen(m, m.proposalMerged),
		"positions.adopted":          listen(m, m.positionAdopted),
		"texts.published":            listen(m, m.textPublished),
		"answers.published":          listen(m, m.answerPublished),
		"consultations.published":    listen(m, m.consultationMoved),
		"consultations.extended":     listen(m, m.consultationMoved),
		"consultations.restarted":    listen(m, m.consultationMoved),
		"consultations.opened":       listen(m, m.consultationMoved),
		"consultations.closed_soon":  listen(m, m.consultationMoved),
		"consultations.closed_early": listen(m, m.consultationMoved),
		"consultations.answered":     listen(m, m.consultationMoved),
	}
}

// listen makes the handler of an event's job. once is the same at every attempt of the job, so that nothing is told twice.
func listen[E any](m *Module, tell func(ctx context.Context, tx *tenant.Tx, e E, once string) error) job.Handler {
	return func(ctx context.Context, j job.Job) error {
		var e E
		if err := j.Decode(&e); err != nil {
			return job.Permanent(err)
		}
		return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			if err := tell(ctx, tx, e, j.ID); err != nil {
				return fmt.Errorf("tell of %s: %w", j.Kind, err)
			}
			return nil
		})
	}
}

// comment is what is announced of a new comment.
type comment struct {
	ID             string      `json:"id"`
	Ref            subject.Ref `json:"ref"`
	OwnerID        string      `json:"owner_id"`
	AuthorID       string      `json:"author_id"`
	AuthorName     string      `json:"author_name"`
	ParentAuthorID string      `json:"parent_author_id"`
	Title          string      `json:"title"`
	Path           string      `json:"path"`
	Excerpt        string      `json:"excerpt"`
	Official       bool        `json:"official"`
}

// commentPosted tells who is answered at once, and the owner and the followers of the thing.
func (m *Module) commentPosted(ctx context.Context, tx *tenant.Tx, e comment, once string) error {
	if !e.Official {
		if err := FollowOwn(ctx, tx, e.Ref, e.AuthorID); err != nil {
			return err
		}
	}
	n := News{Event: "follows.news.comment", Refs: []subject.Ref{e.Ref}, Also: []string{e.OwnerID}, Except: []string{e.ParentAuthorID}, Title: e.Title,
		Path: e.Path, Excerpt: e.Excerpt, Actor: e.AuthorID, ActorName: e.AuthorName, Ref: e.Ref, Key: once}
	if e.Official {
		n.Event = "follows.news.official_comment"
	}
	if _, known := m.Kinds[kindComment]; known {
		n.Ref = subject.Ref{Kind: kindComment, ID: e.ID} // it may be hidden before anybody is told
	}
	if err := Tell(ctx, tx, n); err != nil || e.ParentAuthorID == "" {
		return err
	}
	n.Event, n.Also, n.Except, n.Direct, n.Urgent, n.Key = "follows.news.reply", []string{e.ParentAuthorID}, nil, true, true, once+":reply"
	return Tell(ctx, tx, n)
}

// proposal is what is announced of a proposal.
type proposal struct {
	Ref            subject.Ref `json:"ref"`
	Title          string      `json:"title"`
	Path           string      `json:"path"`
	ConsultationID string      `json:"consultation_id"`
	TopicID        string      `json:"topic_id"`
	AreaID         string      `json:"area_id"`
	AuthorID       string      `json:"author_id"`
	AuthorName     string      `json:"author_name"`
	Excerpt        string      `json:"excerpt"`
	Reason         string      `json:"reason"`
	Into           subject.Ref `json:"into"`
	IntoTitle      string      `json:"into_title"`
	IntoPath       string      `json:"into_path"`
}

// position is what is announced of an association's position.
type position struct {
	ConsultationID string `json:"consultation_id"`
	Title          string `json:"title"`
	Path           string `json:"path"`
	Author         string `json:"author"`
	AuthorID       string `json:"author_id"`
}

// positionAdopted tells those who follow the consultation that an association spoke.
func (m *Module) positionAdopted(ctx context.Context, tx *tenant.Tx, e position, once string) error {
	ref := subject.Ref{Kind: kindConsultation, ID: e.ConsultationID}
	return Tell(ctx, tx, News{Event: "follows.news.position", Refs: []subject.Ref{ref}, Title: e.Title, Path: e.Path, Actor: e.AuthorID, ActorName: e.Author, Ref: ref, Key: once})
}

// wording is what is announced of a version of an act.
type wording struct {
	ConsultationID string `json:"consultation_id"`
	Title          string `json:"title"`
	Path           string `json:"path"`
	Version        int    `json:"version"`
}

// textPublished tells those who follow the consultation that there is an act to be read, or another version of it.
func (m *Module) textPublished(ctx context.Context, tx *tenant.Tx, e wording, once string) error {
	ref := subject.Ref{Kind: kindConsultation, ID: e.ConsultationID}
	n := News{Event: "follows.news.text", Refs: []subject.Ref{ref}, Title: e.Title, Path: e.Path, Ref: ref, Key: once}
	if e.Version > 1 {
		n.Event = "follows.news.text_version"
	}
	return Tell(ctx, tx, n)
}

// around are the things that a proposal or consultation belongs to, each only if it belongs to one.
func around(refs []subject.Ref, kind string, ids ...string) []subject.Ref {
	for _, thing := range ids {
		if thing != "" {
			refs = append(refs, subject.Ref{Kind: kind, ID: thing})
		}
	}
	return refs
}

func (m *Module) proposalPublished(ctx context.Context, tx *tenant.Tx, e proposal, once string) error {
	if err := FollowOwn(ctx, tx, e.Ref, e.AuthorID); err != nil {
		return err
	}
	refs := around([]subject.Ref{e.Ref}, kindConsultation, e.ConsultationID)
	refs = around(around(refs, kindTopic, e.TopicID), kindArea, e.AreaID)
	return Tell(ctx, tx, News{Event: "follows.news.proposal", Refs: refs, Title: e.Title, Path: e.Path, Excerpt: e.Excerpt, Actor: e.AuthorID,
		ActorName: e.AuthorName, Ref: e.Ref, Key: once})
}

func (m *Module) proposalWithdrawn(ctx context.Context, tx *tenant.Tx, e proposal, once string) error {
	also, err := m.supporters(ctx, tx, e.Ref)
	if err != nil {
		return err
	}
	return Tell(ctx, tx, News{Event: "follows.news.withdrawn", Refs: []subject.Ref{e.Ref}, Also: also, Title: e.Title, Path: e.Path, Excerpt: e.Reason,
		Actor: e.AuthorID, ActorName: e.AuthorName, Ref: e.Ref, Key: once})
}

// proposalMerged tells everybody around both proposals. Who followed the one that is gone follows the other one from now on.
func (m *Module) proposalMerged(ctx context.Context, tx *tenant.Tx, e proposal, once string) error {
	if e.Into.IsZero() {
		return nil
	}
	if err := carryOver(ctx, tx, e.Ref, e.Into); err != nil {
		return err
	}
	also, err := m.supporters(ctx, tx, e.Into)
	if err != nil {
		return err
	}
	return Tell(ctx, tx, News{Event: "follows.news.merged", Refs: []subject.Ref{e.Ref, e.Into}, Also: append(also, e.AuthorID), Title: e.Title,
		Path: e.IntoPath, Excerpt: e.IntoTitle, Ref: e.Into, Key: once})
}

// answer is what is announced of an official answer.
type answer struct {
	Ref     subject.Ref `json:"ref"`
	Title   string      `json:"title"`
	Path    string      `json:"path"`
	Version int64       `json:"version"`
	ActorID string      `json:"actor_id"`
}

// answerPublished tells the author, the followers and the supporters of what was answered.
func (m *Module) answerPublished(ctx context.Context, tx *tenant.Tx, e answer, once string) error {
	also, err := m.supporters(ctx, tx, e.Ref)
	if err != nil {
		return err
	}
	card, found, err := m.reader(tx).card(ctx, e.Ref)
	if err != nil {
		return err
	}
	if found {
		also = append(also, card.OwnerID)
	}
	n := News{Event: "follows.news.answer", Refs: []subject.Ref{e.Ref}, Also: also, Title: e.Title, Titled: true, Path: e.Path, Actor: e.ActorID,
		Ref: e.Ref, Key: once}
	switch {
	case e.Version > 1:
		n.Event = "follows.news.answer_changed"
	case e.Ref.Kind == kindConsultation: // it announces its answer itself, too
		n.Event, n.Key = "follows.news.consultation_answered", answeredKey(e.Ref)
		n.Refs = append(n.Refs, Municipality())
	}
	return Tell(ctx, tx, n)
}

// answeredKey makes the first answer to a consultation one occasion, whoever announces it first.
func answeredKey(ref subject.Ref) string { return "answered " + ref.String() }

// consultation is what is announced of a consultation.
type consultation struct {
	What     string   `json:"what"`
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Path     string   `json:"path"`
	TopicIDs []string `json:"topic_ids"`
	AreaID   string   `json:"area_id"`
	Reason   string   `json:"reason"`
	// Until is the new end of what was extended or restarted.
	Until time.Time `json:"until"`
}

// News of more time says until when.
const (
	extended  = "follows.news.consultation_extended"
	restarted = "follows.news.consultation_restarted"
)

// lastCall is how long "closes soon" is of use.
const lastCall = 24 * time.Hour

// consultationMoved tells of the life of a consultation. Those who follow a topic, an area or the municipality hear of new ones, and
// the latter also when they begin and are answered.
func (m *Module) consultationMoved(ctx context.Context, tx *tenant.Tx, e consultation, once string) error {
	ref := subject.Ref{Kind: kindConsultation, ID: e.ID}
	n := News{Refs: []subject.Ref{ref}, Title: e.Title, Titled: true, Path: e.Path, Ref: ref, Key: once}
	switch e.What {
	case "published":
		n.Event = "follows.news.consultation_published"
		n.Refs = append(around(around(n.Refs, kindTopic, e.TopicIDs...), kindArea, e.AreaID), Municipality())
	case "opened":
		n.Event = "follows.news.consultation_opened"
		n.Refs = append(n.Refs, Municipality())
		told, err := toldSince(ctx, tx, ref, "follows.news.consultation_published", tx.Now().Add(-time.Hour))
		if err != nil || told {
			return err // it was published just now, and that said so
		}
	case "closed_soon":
		n.Event, n.Until = "follows.news.consultation_closed_soon", tx.Now().Add(lastCall)
	case "answered":
		n.Event, n.Key = "follows.news.consultation_answered", answeredKey(ref)
		n.Refs = append(n.Refs, Municipality())
	case "extended":
		n.Event, n.Excerpt, n.Until = extended, e.Reason, e.Until
		return m.termMoved(ctx, tx, n, e.ID)
	case "restarted":
		n.Event, n.Excerpt, n.Until = restarted, e.Reason, e.Until
		if m.Asked != nil {
			asked, err := m.Asked(ctx, tx, e.ID)
			if err != nil {
				return fmt.Errorf("find who is asked: %w", err)
			}
			n.Except = asked
		}
		return m.termMoved(ctx, tx, n, e.ID)
	case "closed_early":
		n.Event = "follows.news.consultation_closed_early"
	default:
		return job.Permanent(fmt.Errorf("unknown news of a consultation: %s", strconv.Quote(e.What)))
	}
	return Tell(ctx, tx, n)
}

// termMoved tells followers and participants at once that there is more time.
func (m *Module) termMoved(ctx context.Context, tx *tenant.Tx, n News, consultationID string) error {
	n.Urgent = true
	if m.Participants != nil {
		took, err := m.Participants(ctx, tx, consultationID)
		if err != nil {
			return fmt.Errorf("find participants: %w", err)
		}
		n.Also = took
	}
	return Tell(ctx, tx, n)
}

// supporters are those who support a thing.
func (m *Module) supporters(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]string, error) {
	if m.Supporters == nil {
		return nil, nil
	}
	ids, err := m.Supporters(ctx, tx, ref)
	if err != nil {
		return nil, fmt.Errorf("find supporters: %w", err)
	}
	return ids, nil
}

// carryOver makes the followers of one thing follow another, except those who said something about that one before.
func carryOver(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	after := ""
	for {
		people, err := followersAfter(ctx, tx, []subject.Ref{from}, after, batch)
		if err != nil || len(people) == 0 {
			return err
		}
		for _, who := range people {
			if err := put(ctx, tx, follow(tx, to, who, true), false); err != nil {
				return err
			}
		}
		after = people[len(people)-1]
	}
}
