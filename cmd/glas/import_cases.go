package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/records"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/areas"
	"glas/modules/cases"
	"glas/modules/departments"
	"glas/tenant"
)

const casesUsage = `Brings cases of another system in, with their own dates. The same file may be brought in again: rows are known by their id, and follow the
other system when they changed there. Nobody is written to.

Columns: id, created_at, closed_at, answered_at (first answer; without it the time of closing), state (our words, or open, in progress, closed
...), kind, topic, title, body, department, area, address, lat, lng. Names of common exports are known already: those of the Open311 bulk
format and of the 311 systems of American cities. Other names are given by --map topic=Category,title=Subject.
Times without a zone are those of the municipality, or of --zone. --dates mdy reads 3/14/2025 as the 14th of March.`

// caseImport is what an import of cases was asked to do.
type caseImport struct {
	app           *app
	slug, kind    string
	dates         string
	zone          *time.Location
	dry, create   bool
	publish       bool
	out           io.Writer
	progress      func(done, total int, name string)
	topics, areas map[string]string
	departments   map[string]string
	lang          string
}

func casesCommand(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "import cases", "--tenant SLUG [flags] FILE", casesUsage)
	j := caseImport{out: env.out, progress: bar(env.errOut, "importing")}
	f.StringVar(&j.slug, "tenant", "", "short name of the municipality")
	f.StringVar(&j.kind, "kind", "defect", "kind of cases whose row names none")
	f.StringVar(&j.dates, "dates", "", "order of dates with slashes: mdy or dmy")
	zone := f.String("zone", "", "zone of times, such as America/New_York; that of the municipality when empty")
	f.BoolVar(&j.dry, "dry-run", false, "only say what would happen and which rows are wrong")
	f.BoolVar(&j.create, "create", false, "make topics, areas and departments that are missing")
	f.BoolVar(&j.publish, "publish", false, "show them, as far as the rules of their topics allow")
	mapping := f.String("map", "", "names of columns, such as topic=Category")
	if err := f.Parse(args); err != nil {
		return err
	}
	if j.slug == "" || f.NArg() != 1 {
		f.Usage()
		return errors.New("--tenant and one file are needed")
	}
	if !slices.Contains(cases.Kinds(), j.kind) || !slices.Contains([]string{"", "mdy", "dmy"}, j.dates) {
		return fmt.Errorf("--kind is one of %s; --dates is mdy or dmy", strings.Join(cases.Kinds(), ", "))
	}
	columns, err := pairs("--map", *mapping)
	if err != nil {
		return err
	}
	if *zone != "" {
		if j.zone, err = time.LoadLocation(*zone); err != nil {
			return fmt.Errorf("--zone: %w", err)
		}
	}
	rows, err := records.Read(f.Arg(0), columns)
	if err != nil {
		return err
	}
	if j.app, err = env.start(ctx); err != nil {
		return err
	}
	defer j.app.close() //nolint:errcheck // the command's own error tells
	return j.run(ctx, rows)
}

// run checks every row first; when one is wrong nothing is brought in.
func (j *caseImport) run(ctx context.Context, rows []records.Row) error {
	t, err := j.app.directory.BySlug(ctx, j.slug)
	if err != nil {
		return err
	}
	ctx = j.app.as(ctx, t, t.Default())
	j.lang = t.Default()
	if j.zone == nil {
		j.zone = t.Zone()
	}
	if err := j.places(ctx, rows); err != nil {
		return j.app.inWords(ctx, err)
	}
	var list []cases.Imported
	var wrong []error
	twice := once{}
	for _, r := range rows {
		c, err := j.row(r)
		if err = errors.Join(err, twice.meet(r, c.ExternalID)); err != nil {
			wrong = append(wrong, err)
			continue
		}
		list = append(list, c)
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
		return dryRun(j.out, len(list), len(wrong))
	case len(wrong) > 0:
		return fmt.Errorf("%d of %d rows are wrong; nothing was brought in", len(wrong), len(rows))
	}
	return j.bring(ctx, list)
}

// bring commits rows in batches, the oldest first so that numbers follow time.
func (j *caseImport) bring(ctx context.Context, list []cases.Imported) error {
	slices.SortStableFunc(list, func(a, b cases.Imported) int { return a.RegisteredAt.Compare(b.RegisteredAt) })
	var total cases.Done
	done := 0
	for some := range slices.Chunk(list, importBatch/2) {
		j.progress(done, len(list), "")
		var d cases.Done
		err := j.app.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			d, err = j.app.parts.cases.Import(ctx, tx, some)
			return err
		})
		if err != nil {
			return j.app.inWords(ctx, err)
		}
		total.New, total.Changed, total.Same = total.New+d.New, total.Changed+d.Changed, total.Same+d.Same
		done += len(some)
	}
	if err := j.app.rows.Update(ctx, j.app.parts.cases.Settle); err != nil {
		return err
	}
	j.progress(done, len(list), "")
	fmt.Fprintf(j.out, "%d cases are in: %d new, %d changed, %d as they were.\n", len(list), total.New, total.Changed, total.Same)
	return nil
}

func topicOfRow(r records.Row) string {
	return text.CleanLine(r.First("topic", "service_name", "category", "Complaint Type", "Problem"))
}

func areaOfRow(r records.Row) string {
	return text.CleanLine(r.First("area", "district", "borough", "Borough"))
}

func departmentOfRow(r records.Row) string {
	return text.CleanLine(r.First("department", "agency_responsible", "Agency Name", "agency_name"))
}

// row is a case of a row of the file.
func (j *caseImport) row(r records.Row) (cases.Imported, error) {
	c := cases.Imported{ExternalID: r.First("id", "external_id", "service_request_id", "Unique Key", "unique_key"), Kind: r.First("kind"), TopicID: j.topics[search.Fold(topicOfRow(r))],
		AreaID: j.areas[search.Fold(areaOfRow(r))], DepartmentID: j.departments[search.Fold(departmentOfRow(r))], Lang: j.lang, Address: text.Truncate(text.CleanLine(r.First("address", "Incident Address", "incident_address")), 200), Public: j.publish}
	if c.ExternalID == "" {
		return c, r.Wrong("an id is needed")
	}
	if c.Kind == "" {
		c.Kind = j.kind
	}
	if !slices.Contains(cases.Kinds(), c.Kind) {
		return c, r.Wrong("%q is no kind of case", c.Kind)
	}
	c.Title = text.SafeLine(r.First("title", "summary"))
	if c.Title == "" {
		c.Title = strings.TrimSuffix(topicOfRow(r)+": "+text.CleanLine(r.First("service_subtype", "Descriptor", "descriptor")), ": ")
	}
	if c.Title == "" {
		return c, r.Wrong("a title or a topic is needed")
	}
	c.Title, c.Body = text.Truncate(c.Title, 150), text.Truncate(text.SafeText(r.First("body", "description", "text")), 5000)
	if c.Body == "" {
		c.Body = c.Title
	}
	var err error
	if c.Lat, c.Lng, err = positionIn(r, r.First("lat", "latitude", "Latitude"), r.First("lng", "lon", "long", "longitude", "Longitude")); err != nil {
		return c, err
	}
	return j.dated(r, c)
}

// dated adds state and times.
func (j *caseImport) dated(r records.Row, c cases.Imported) (cases.Imported, error) {
	var ok bool
	words := r.First("state", "status", "Status", "status_description")
	if c.State, ok = cases.StateOf(words); !ok {
		return c, r.Wrong("%q is no state", words)
	}
	var err error
	if c.RegisteredAt, err = j.time(r, "created_at", "requested_datetime", "Created Date", "created_date"); err != nil {
		return c, err
	}
	if c.RegisteredAt.IsZero() {
		return c, r.Wrong("when it came is needed")
	}
	if c.ClosedAt, err = j.time(r, "closed_at", "closed_date", "Closed Date"); err != nil {
		return c, err
	}
	if c.AnsweredAt, err = j.time(r, "answered_at", "first_answer_datetime"); err != nil {
		return c, err
	}
	switch closed := cases.Closed(c.State); {
	case closed && c.ClosedAt.IsZero():
		return c, r.Wrong("it is closed, but not said when")
	case !closed:
		c.ClosedAt = time.Time{}
	case c.AnsweredAt.IsZero() && c.State != "merged" && c.State != "withdrawn":
		c.AnsweredAt = c.ClosedAt
	}
	for _, at := range []time.Time{c.ClosedAt, c.AnsweredAt} {
		if !at.IsZero() && at.Before(c.RegisteredAt) {
			return c, r.Wrong("it ends on %s before it begins on %s", at.In(j.zone).Format(time.DateTime), c.RegisteredAt.In(j.zone).Format(time.DateTime))
		}
	}
	return c, nil
}

// time reads a time. One that names no zone is one of the import's.
func (j *caseImport) time(r records.Row, names ...string) (time.Time, error) {
	v := r.First(names...)
	if v == "" {
		return time.Time{}, nil
	}
	layouts := []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly, "2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006"}
	switch j.dates {
	case "mdy":
		layouts = append(layouts, "1/2/2006 3:04:05 PM", "1/2/2006 15:04:05", "1/2/2006 15:04", "1/2/2006")
	case "dmy":
		layouts = append(layouts, "2/1/2006 15:04:05", "2/1/2006 15:04", "2/1/2006")
	}
	if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
		return t.UTC(), nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, v, j.zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, r.Wrong("%q is not a time; dates with slashes need --dates", v)
}

// places are topics, areas and departments by their folded names. Missing ones are made when that was asked for, and named otherwise.
func (j *caseImport) places(ctx context.Context, rows []records.Row) error {
	j.topics, j.areas, j.departments = map[string]string{}, map[string]string{}, map[string]string{}
	work := func(ctx context.Context, tx *tenant.Tx) error {
		have, err := j.app.parts.cases.TopicIDs(ctx, tx)
		if err != nil {
			return err
		}
		for name, one := range have {
			j.topics[search.Fold(name)] = one
		}
		haveAreas, err := areas.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range haveAreas {
			for _, name := range a.Name {
				j.areas[search.Fold(name)] = a.ID
			}
		}
		haveDepartments, err := departments.All(ctx, tx)
		for _, d := range haveDepartments {
			for _, name := range d.Name {
				j.departments[search.Fold(name)] = d.ID
			}
		}
		if err != nil {
			return err
		}
		return j.makeMissing(ctx, tx, rows)
	}
	if j.create && !j.dry {
		return j.app.rows.Update(ctx, work)
	}
	return j.app.rows.View(ctx, work)
}

func (j *caseImport) makeMissing(ctx context.Context, tx *tenant.Tx, rows []records.Row) error {
	for i, r := range rows {
		for kind, name := range map[string]string{"topic": topicOfRow(r), "area": areaOfRow(r), "department": departmentOfRow(r)} {
			known := map[string]map[string]string{"topic": j.topics, "area": j.areas, "department": j.departments}[kind]
			key := search.Fold(name)
			if _, ok := known[key]; ok || name == "" {
				continue
			}
			if !j.create || j.dry {
				known[key] = ""
				fmt.Fprintf(j.out, "not known here: %s:%s\n", kind, name)
				continue
			}
			made, err := j.make(ctx, tx, kind, name, 1000+i)
			if err != nil {
				return fmt.Errorf("make %s %q: %w", kind, name, err)
			}
			known[key] = made
		}
	}
	return nil
}

func (j *caseImport) make(ctx context.Context, tx *tenant.Tx, kind, name string, position int) (string, error) {
	key, label, slug := tenant.Key{ID: id.New()}, i18n.Text{j.lang: name}, text.Slug(name, j.lang)
	switch kind {
	case "topic":
		return j.app.parts.cases.AddTopic(ctx, tx, name, slug, position)
	case "area":
		return key.ID, areas.Insert(ctx, tx, &areas.Area{Key: key, Name: label, Slug: slug, Position: position})
	}
	return key.ID, departments.Insert(ctx, tx, &departments.Department{Key: key, Name: label, Slug: slug, Position: position})
}
