package stored

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/tenant"
)

// Imported is a proposal from elsewhere.
type Imported struct {
	// ExternalID is unique in the municipality: a proposal that came in before is changed only where its words or its place differ.
	ExternalID string
	Title      string
	// Body is Markdown; HTML is made into Markdown, and everything unsafe is left out.
	Body     string
	Lang     string
	Byline   accounts.Byline
	Official bool
	TopicID  string
	AreaID   string
	Place    string
	Lat, Lng *float64
	// State is Published when empty; Withdrawn and Hidden come with a Reason.
	State  State
	Reason string
	// The counters count what was there already, and only when the proposal comes in for the first time.
	Supports, Against, Abstain, Associations int64
	CreatedAt                                time.Time
}

const ImportChunk = 200 // rows of one statement

// ImportAll brings proposals into a consultation, all of them or none, numbered in order of time. Nobody is told. A row without an
// external id or a title is an error that names it.
func ImportAll(ctx context.Context, tx *tenant.Tx, consultationID string, rows []Imported) error {
	rows = slices.Clone(rows)
	seen := make(map[string]bool, len(rows))
	for i, r := range rows {
		if r.ExternalID == "" || seen[r.ExternalID] || text.CleanLine(r.Title) == "" {
			return fmt.Errorf("import proposals: row %d (%q) has no title, or an external id that is missing or not its own", i+1, r.ExternalID)
		}
		seen[r.ExternalID] = true
	}
	slices.SortStableFunc(rows, func(a, b Imported) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ExternalID, b.ExternalID))
	})
	total := consultations.Delta{}
	authors := map[string]bool{}
	for chunk := range slices.Chunk(rows, ImportChunk) {
		fresh, err := importSome(ctx, tx, consultationID, chunk)
		if err != nil {
			return fmt.Errorf("import proposals: %w", err)
		}
		for _, p := range fresh {
			if p.State == Published {
				total.Proposals++
			}
			total.Votes += p.voteCount()
			if p.AuthorID != "" && !p.Official && !authors[p.AuthorID] {
				authors[p.AuthorID] = true
				total.Participants = append(total.Participants, p.AuthorID)
			}
		}
	}
	if err := consultations.Count(ctx, tx, consultationID, total); err != nil {
		return fmt.Errorf("import proposals: %w", err)
	}
	if len(rows) < learnFrom {
		return nil
	}
	return tx.Learn(ctx, "proposals", "proposal_ranks", "search_documents")
}

// learnFrom is how many proposals make the database look anew at how they are spread.
const learnFrom = 1000

// importSome brings in a chunk and gives those that are new.
func importSome(ctx context.Context, tx *tenant.Tx, consultationID string, rows []Imported) ([]*Proposal, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ExternalID
	}
	known, err := ByExternal(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var fresh []*Proposal
	for _, r := range rows {
		old := known[r.ExternalID]
		if old == nil {
			fresh = append(fresh, r.proposal(tx, consultationID))
			continue
		}
		if err := r.update(ctx, tx, old); err != nil {
			return nil, err
		}
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	number, err := TakeNumbers(ctx, tx, len(fresh))
	if err != nil {
		return nil, err
	}
	docs := make([]search.Document, 0, len(fresh))
	for i, p := range fresh {
		p.Number = number + int64(i)
		if p.State == Published {
			docs = append(docs, p.Document(""))
		}
	}
	if err := insertMany(ctx, tx, fresh); err != nil {
		return nil, err
	}
	return fresh, tx.Index(ctx, docs...)
}

// input is the words of an imported proposal, made safe.
func (r Imported) input() Input {
	body := r.Body
	if strings.Contains(body, "<") {
		body = text.SafeText(body)
	}
	return Input{Title: text.Truncate(text.CleanLine(r.Title), 2*TitleMax), Body: text.Clean(body), Place: text.CleanLine(r.Place), TopicID: r.TopicID, AreaID: r.AreaID,
		Lat: r.Lat, Lng: r.Lng, Lang: r.Lang}
}

// proposal is a new row.
func (r Imported) proposal(tx *tenant.Tx, consultationID string) *Proposal {
	at := r.CreatedAt.UTC().Truncate(time.Microsecond)
	if r.CreatedAt.IsZero() {
		at = tx.Now()
	}
	p := &Proposal{Key: tenant.Key{ID: id.New()}, ConsultationID: consultationID, State: cmp.Or(r.State, Published), Byline: r.Byline, Official: r.Official,
		Reason: r.Reason, SupportCount: r.Supports, AgainstCount: r.Against, AbstainCount: r.Abstain, AssociationCount: r.Associations, Popular: r.Supports,
		ExternalID: r.ExternalID, CreatedAt: at, PublishedAt: at, UpdatedAt: tx.Now(), RowVersion: 1}
	p.AuthorKind = cmp.Or(p.AuthorKind, accounts.AuthorCitizen)
	p.Shuffle, p.Trend = shuffleOf(p.ID), TrendOf(at, tx.Now(), p.voteCount(), 0)
	if p.State != Published {
		p.ClosedAt = at
	}
	in := r.input()
	if !in.OnEarth() {
		in.Lat, in.Lng = nil, nil
	}
	in.Apply(p, tx.Tenant().Default())
	return p
}

// update changes a proposal that came in before, if it differs.
func (r Imported) update(ctx context.Context, tx *tenant.Tx, p *Proposal) error {
	in := r.input()
	if !in.OnEarth() {
		in.Lat, in.Lng = nil, nil
	}
	if p.Title == in.Title && p.Body == in.Body && p.Place == in.Place && p.TopicID == in.TopicID && p.AreaID == in.AreaID &&
		same(p.Lat, in.Lat) && same(p.Lng, in.Lng) {
		return nil
	}
	in.Apply(p, tx.Tenant().Default())
	if err := Save(ctx, tx, p); err != nil {
		return err
	}
	if p.State != Published {
		return nil
	}
	return tx.Index(ctx, p.Document(""))
}

func same(a, b *float64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
