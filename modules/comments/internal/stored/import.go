package stored

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/tenant"
)

// Imported is a comment from elsewhere.
type Imported struct {
	// ExternalID is unique in the municipality; a comment that came in before is left as it is.
	ExternalID string
	// ParentExternalID is what it answers: a comment of the same import, or one that came in before. Empty at the top. When it is
	// nowhere (platforms lose comments), the answer stands below the nearest of Ancestors that is there, or else at the top.
	ParentExternalID string
	// Ancestors are the external ids of everything above it, the top first; only looked at when the parent is nowhere.
	Ancestors []string
	// Ref is what it is about; an answer is about the same as what it answers, whatever Ref says.
	Ref            subject.Ref
	ConsultationID string
	// Title is that of the subject, for the search.
	Title    string
	Byline   accounts.Byline
	Official bool
	Stance   Stance
	Lang     string
	// Body is Markdown; imported HTML goes through text.SafeText first.
	Body string
	// State is Shown when empty; Hidden, Deleted and Removed come in as marks without a text.
	State     State
	Reason    string
	Up, Down  int64
	CreatedAt time.Time
}

// incoming is a comment on its way in, with the title of what it is about.
type incoming struct {
	Comment
	title string
}

// importer holds what an import has found out so far.
type importer struct {
	tx *tenant.Tx
	// known are the comments that are there already or have their place, by external id.
	known map[string]*Comment
	// byID are the same by id.
	byID map[string]*Comment
	// stored are those of them that were there before: what changes about them is counted in grown and answered.
	stored   map[string]bool
	grown    map[string]int64 // answers ever listed, by root
	answered map[string]int64 // shown answers right below, by parent
	threads  map[string]int64 // shown answers at any depth, by root
	totals   map[subject.Ref]Totals
	out      []*incoming
}

// Import brings comments in, and tells how many became readable by subject: the hosts have to hear of them.
func Import(ctx context.Context, tx *tenant.Tx, rows []Imported) (map[subject.Ref]Totals, error) {
	im := &importer{tx: tx, known: map[string]*Comment{}, byID: map[string]*Comment{}, stored: map[string]bool{}, grown: map[string]int64{},
		answered: map[string]int64{}, threads: map[string]int64{}, totals: map[subject.Ref]Totals{}}
	if err := im.lookUp(ctx, rows); err != nil {
		return nil, err
	}
	ordered, err := parentsFirst(rows, im.known)
	if err != nil {
		return nil, err
	}
	for i := range ordered {
		im.place(ordered[i])
	}
	im.finish()
	if err := im.store(ctx); err != nil {
		return nil, err
	}
	return im.totals, nil
}

// lookUp finds the comments that came in before, and the parents of those that come now.
func (im *importer) lookUp(ctx context.Context, rows []Imported) error {
	wanted := make([]string, 0, 2*len(rows))
	for _, r := range rows {
		wanted = append(wanted, r.ExternalID)
		if r.ParentExternalID != "" {
			wanted = append(append(wanted, r.ParentExternalID), r.Ancestors...)
		}
	}
	slices.Sort(wanted)
	found, err := byExternalID(ctx, im.tx, slices.Compact(wanted))
	if err != nil {
		return err
	}
	for _, c := range found {
		im.known[c.ExternalID], im.byID[c.ID], im.stored[c.ID] = c, c, true
	}
	// An answer below a root that is known must be numbered after the answers that root has.
	var roots []string
	for _, c := range found {
		if im.byID[c.RootID] == nil {
			roots = append(roots, c.RootID)
		}
	}
	slices.Sort(roots)
	for chunked := range slices.Chunk(slices.Compact(roots), chunk) {
		list, err := FindMany(ctx, im.tx, chunked)
		if err != nil {
			return err
		}
		for _, c := range list {
			im.byID[c.ID], im.stored[c.ID] = c, true
		}
	}
	return nil
}

// parentsFirst leaves out what is known and orders the rest by time, every parent before its answers.
func parentsFirst(given []Imported, known map[string]*Comment) ([]Imported, error) {
	rows := slices.Clone(given)
	byExternal := make(map[string]*Imported, len(rows))
	for i := range rows {
		r := &rows[i]
		if r.ExternalID == "" {
			return nil, fmt.Errorf("row %d has no external id", i+1)
		}
		byExternal[r.ExternalID] = r
	}
	for i := range rows {
		adopt(&rows[i], byExternal, known)
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b Imported) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ExternalID, b.ExternalID))
	})
	out, done := make([]Imported, 0, len(rows)), make(map[string]bool, len(rows))
	for _, r := range sorted {
		var way []*Imported
		for next := r.ExternalID; !done[next] && known[next] == nil; {
			at := byExternal[next]
			if slices.Contains(way, at) {
				return nil, fmt.Errorf("comment %q answers itself by a detour", at.ExternalID)
			}
			way = append(way, at)
			if at.ParentExternalID == "" {
				break
			}
			next = at.ParentExternalID
		}
		for i := len(way) - 1; i >= 0; i-- {
			done[way[i].ExternalID] = true
			out = append(out, *way[i])
		}
	}
	return out, nil
}

// adopt gives an answer whose parent is nowhere to the nearest comment above that is there.
func adopt(r *Imported, incoming map[string]*Imported, known map[string]*Comment) {
	there := func(externalID string) bool { return incoming[externalID] != nil || known[externalID] != nil }
	if r.ParentExternalID == "" || there(r.ParentExternalID) {
		return
	}
	r.ParentExternalID = ""
	for _, above := range slices.Backward(r.Ancestors) {
		if there(above) {
			r.ParentExternalID = above
			return
		}
	}
}

// Place gives one comment its place and counts it. Its parent has been placed before.
func (im *importer) place(r Imported) {
	target := im.known[r.ParentExternalID]
	c := &incoming{title: r.Title, Comment: Comment{Key: tenant.Key{ID: id.New()}, SubjectKind: r.Ref.Kind, SubjectID: r.Ref.ID,
		ConsultationID: r.ConsultationID, Byline: r.Byline, Official: r.Official, Stance: r.Stance, Lane: r.Stance.Number(), Listed: 1,
		State: cmp.Or(r.State, Shown), Reason: r.Reason, Lang: r.Lang, Body: text.Clean(r.Body), Up: r.Up, Down: r.Down,
		Score: Wilson(r.Up, r.Down), ExternalID: r.ExternalID, CreatedAt: r.CreatedAt.UTC().Truncate(time.Microsecond)}}
	c.AuthorKind = cmp.Or(c.AuthorKind, accounts.AuthorCitizen)
	if c.State != Shown {
		c.Body, c.RemovedAt = "", im.tx.Now()
	}
	if c.RootID, c.ParentID, c.Depth = Place(target); target == nil {
		c.RootID = c.ID
		if c.Official {
			c.Pinned = 1
		}
	} else {
		c.SubjectKind, c.SubjectID, c.ReplyToID = target.SubjectKind, target.SubjectID, target.ID
		im.number(&c.Comment)
	}
	im.known[c.ExternalID], im.byID[c.ID] = &c.Comment, &c.Comment
	im.out = append(im.out, c)
	if !c.Visible() {
		return
	}
	t, s := im.totals[c.Subject()], c.Share(1)
	im.totals[c.Subject()] = Totals{t.Total + s.Total, t.Roots + s.Roots, t.ForCount + s.ForCount, t.AgainstCount + s.AgainstCount, t.NeutralCount + s.NeutralCount}
	if c.Depth > 0 {
		im.answered[c.ParentID]++
		im.threads[c.RootID]++
	}
}

// number gives an answer its path.
func (im *importer) number(c *Comment) {
	root := im.byID[c.RootID]
	im.grown[c.RootID]++
	above := ""
	if c.ParentID != c.RootID {
		if parent := im.byID[c.ParentID]; parent != nil {
			above = parent.Path
		} else {
			// The parent of a comment at MaxDepth that came in before: its path is the beginning of that comment's.
			target := im.byID[c.ReplyToID]
			above = target.Path[:len(target.Path)-segmentDigits-1]
		}
	}
	var before int64
	if im.stored[c.RootID] {
		before = root.ReplySeq
	}
	c.Path = above + segment(c.Official, before+im.grown[c.RootID])
}

// finish writes the counters into the new comments and renders their texts, on all processors.
func (im *importer) finish() {
	work := make(chan *incoming)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for c := range work {
				if c.Visible() {
					c.HTML = text.Markdown(c.Body)
				}
			}
		})
	}
	for _, c := range im.out {
		c.ReplyCount, c.ThreadCount, c.ReplySeq = im.answered[c.ID], im.threads[c.ID], im.grown[c.ID]
		work <- c
	}
	close(work)
	wg.Wait()
}

// Store writes everything, the comments of each depth before those below.
func (im *importer) store(ctx context.Context) error {
	slices.SortStableFunc(im.out, func(a, b *incoming) int { return cmp.Compare(a.Depth, b.Depth) })
	rows, docs := make([]*Comment, len(im.out)), make([]search.Document, 0, len(im.out))
	for i, c := range im.out {
		rows[i] = &c.Comment
		if c.Visible() {
			docs = append(docs, c.Document(c.title))
		}
	}
	if err := insertMany(ctx, im.tx, rows); err != nil {
		return err
	}
	for cID := range im.stored {
		if err := grow(ctx, im.tx, cID, im.answered[cID], im.threads[cID], im.grown[cID]); err != nil {
			return err
		}
	}
	for ref, t := range im.totals {
		if err := t.Add(ctx, im.tx, ref); err != nil {
			return err
		}
	}
	if err := im.tx.Index(ctx, docs...); err != nil {
		return err
	}
	if len(rows) < learnFrom {
		return nil
	}
	return im.tx.Learn(ctx, "comments", "search_documents")
}

// learnFrom is how many new comments make the database look anew at how they are spread.
const learnFrom = 1000
