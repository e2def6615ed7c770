package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/records"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/areas"
	"glas/modules/consultations"
	"glas/modules/proposals"
	"glas/modules/topics"
	"glas/modules/votes"
	"glas/tenant"
)

// importBatch is how many rows are committed together: few enough that the bar moves, many enough to be fast.
const importBatch = 1000

// shownErrors bounds what a dry run prints.
const shownErrors = 50

// run checks every row first; when one is wrong nothing is brought in.
func (j *importJob) run(ctx context.Context) error {
	t, err := j.app.directory.BySlug(ctx, j.slug)
	if err != nil {
		return err
	}
	ctx = j.app.as(ctx, t, t.Default())
	var c *consultations.Consultation
	err = j.app.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = consultations.LoadSlug(ctx, tx, j.consultation)
		return err
	})
	if err != nil {
		return fmt.Errorf("consultation %q: %w", j.consultation, j.app.inWords(ctx, err))
	}
	var wrong []error
	if j.what == "proposals" {
		wrong, err = j.proposals(ctx, c)
	} else {
		wrong, err = j.comments(ctx, c)
	}
	if err != nil {
		return j.app.inWords(ctx, err)
	}
	for i, e := range wrong {
		if i == shownErrors {
			fmt.Fprintf(j.out, "... and %d more\n", len(wrong)-shownErrors)
			break
		}
		fmt.Fprintln(j.out, e)
	}
	switch {
	case j.dry:
		return dryRun(j.out, len(j.rows)-len(wrong), len(wrong))
	case len(wrong) > 0:
		return fmt.Errorf("%d of %d rows are wrong; nothing was brought in", len(wrong), len(j.rows))
	default:
		fmt.Fprintf(j.out, "%d rows are in.\n", len(j.rows))
	}
	return nil
}

// dryRun says what would have happened. Wrong rows are an error, so that whoever calls the command from a program learns of them.
func dryRun(out io.Writer, right, wrong int) error {
	fmt.Fprintf(out, "%d rows can be brought in, %d are wrong. Nothing was changed.\n", right, wrong)
	if wrong > 0 {
		return fmt.Errorf("%d of %d rows are wrong; put them right before the import", wrong, right+wrong)
	}
	return nil
}

// batches commits rows in batches, with the bar.
func batches[T any](ctx context.Context, j *importJob, rows []T, bring func(ctx context.Context, tx *tenant.Tx, some []T) error) error {
	if j.dry {
		return nil
	}
	done := 0
	for some := range slices.Chunk(rows, importBatch) {
		j.progress(done, len(rows), "")
		if err := j.app.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return bring(ctx, tx, some) }); err != nil {
			return err
		}
		done += len(some)
	}
	j.progress(done, len(rows), "")
	return nil
}

func (j *importJob) proposals(ctx context.Context, c *consultations.Consultation) ([]error, error) {
	places, err := j.places(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []error
	rows := make([]proposals.Imported, 0, len(j.rows))
	twice := once{}
	for _, r := range j.rows {
		p, err := j.proposal(r, places)
		if err = errors.Join(err, twice.meet(r, p.ExternalID)); err != nil {
			wrong = append(wrong, err)
			continue
		}
		rows = append(rows, p)
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	return nil, batches(ctx, j, rows, func(ctx context.Context, tx *tenant.Tx, some []proposals.Imported) error {
		if err := j.app.parts.proposals.Import(ctx, tx, c.ID, some); err != nil {
			return err
		}
		return j.carryProposals(ctx, tx, some)
	})
}

// carryProposals lets votes cast here count on from those that the proposals came with.
func (j *importJob) carryProposals(ctx context.Context, tx *tenant.Tx, some []proposals.Imported) error {
	var external []string
	for _, r := range some {
		if r.Supports > 0 {
			external = append(external, r.ExternalID)
		}
	}
	refs, err := j.app.parts.proposals.Refs(ctx, tx, external)
	if err != nil {
		return err
	}
	var totals []votes.Total
	for _, r := range some {
		if r.Supports > 0 {
			totals = append(totals, votes.Total{Ref: refs[r.ExternalID], Up: r.Supports, Count: r.Supports, Sum: r.Supports})
		}
	}
	return votes.Carry(ctx, tx, totals)
}

// once remembers the rows of a file by their external ids.
type once map[string]int

// meet says when an external id was there before.
func (o once) meet(r records.Row, external string) error {
	raw := r.First("id", "external_id")
	if before, met := o[external]; met && raw != "" {
		return r.Wrong("the id %q is that of line %d too", raw, before)
	}
	o[external] = r.Line
	return nil
}

func (j *importJob) proposal(r records.Row, places map[string]string) (proposals.Imported, error) {
	p := proposals.Imported{
		ExternalID: j.external(r.First("id", "external_id")), Title: text.SafeLine(r.First("title", "name")),
		Body: r.First("body", "summary", "description", "text"), Lang: r.First("lang", "locale"),
		TopicID: places["topic:"+search.Fold(r.First("topic", "category", "category.name"))], AreaID: places["area:"+search.Fold(r.First("area", "district", "district.name"))],
		Place: r.First("place", "address"), Byline: byline(r), Official: r.First("official") == "true",
	}
	if p.Official {
		p.Byline.AuthorKind = accounts.AuthorStaff
	}
	if r.First("id", "external_id") == "" || p.Title == "" {
		return p, r.Wrong("id and title are needed")
	}
	var err error
	if p.Supports, err = r.Number("supports", "total_votes", "votes"); err != nil {
		return p, err
	}
	if p.CreatedAt, err = created(r); err != nil {
		return p, err
	}
	p.Lat, p.Lng, err = position(r)
	return p, err
}

// external makes an id that is unique in the municipality out of one that is unique in the file.
func (j *importJob) external(raw string) string { return j.consultation + ":" + raw }

// byline is who wrote a row: a name, nothing more, because people of other systems have no account here.
func byline(r records.Row) accounts.Byline {
	b := accounts.Byline{AuthorName: text.CleanLine(r.First("author", "author.name", "author_name")), AuthorKind: accounts.AuthorCitizen}
	if b.AuthorName == "" {
		b.AuthorKind = accounts.AuthorDeleted
	}
	return b
}

// created is when a row was written; without a time, now.
func created(r records.Row) (time.Time, error) {
	return r.Time("created_at", "published_at", "date")
}

// position is the point of a row, if it has one.
func position(r records.Row) (lat, lng *float64, err error) {
	return positionIn(r, r.First("lat", "latitude"), r.First("lng", "lon", "longitude"))
}

// positionIn reads two numbers of a row as a point; without both there is none.
func positionIn(r records.Row, a, b string) (lat, lng *float64, err error) {
	if a == "" || b == "" {
		return nil, nil, nil
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil || x < -90 || x > 90 || y < -180 || y > 180 {
		return nil, nil, r.Wrong("%q, %q is not a position", a, b)
	}
	return &x, &y, nil
}

// places are topics and areas by their folded names, each with its kind before it. Missing ones are made when that was asked for.
func (j *importJob) places(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	read := func(ctx context.Context, tx *tenant.Tx) error {
		haveTopics, err := topics.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range haveTopics {
			for _, name := range t.Name {
				out["topic:"+search.Fold(name)] = t.ID
			}
		}
		haveAreas, err := areas.All(ctx, tx)
		for _, a := range haveAreas {
			for _, name := range a.Name {
				out["area:"+search.Fold(name)] = a.ID
			}
		}
		return err
	}
	if err := j.app.rows.View(ctx, read); err != nil {
		return nil, err
	}
	missing := j.missing(out)
	if !j.create || j.dry || len(missing) == 0 {
		for _, m := range missing {
			fmt.Fprintf(j.out, "not known here: %s\n", m)
		}
		return out, nil
	}
	return out, j.app.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		for i, m := range missing {
			if err := makePlace(ctx, tx, m, 1000+i, out); err != nil {
				return err
			}
		}
		return nil
	})
}

// missing are the topics and areas that rows name and nobody knows, each with its kind before it.
func (j *importJob) missing(known map[string]string) []string {
	names := map[string]bool{}
	for _, r := range j.rows {
		for kind, name := range map[string]string{"topic": r.First("topic", "category", "category.name"), "area": r.First("area", "district", "district.name")} {
			if name != "" && known[kind+":"+search.Fold(name)] == "" {
				names[kind+":"+name] = true
			}
		}
	}
	out := make([]string, 0, len(names))
	for n := range names {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

func makePlace(ctx context.Context, tx *tenant.Tx, named string, position int, known map[string]string) error {
	kind, name, _ := strings.Cut(named, ":")
	key, lang := tenant.Key{ID: id.New()}, tx.Tenant().Default()
	known[kind+":"+search.Fold(name)] = key.ID
	if kind == "topic" {
		return topics.Insert(ctx, tx, &topics.Topic{Key: key, Name: i18n.Text{lang: name}, Slug: text.Slug(name, lang), Position: position})
	}
	return areas.Insert(ctx, tx, &areas.Area{Key: key, Name: i18n.Text{lang: name}, Slug: text.Slug(name, lang), Position: position})
}
