// Package demo makes the demo municipalities: invented places with everything that a real one has, so that whoever starts the
// program sees each state of a consultation without typing anything. What is said in them is data (package content).
package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"glas/cmd/glas/demo/content"
	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/theme"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/proposals"
	"glas/modules/topics"
	"glas/modules/votes"
	"glas/tenant"
)

// Deps are the parts that demo municipalities are made with.
type Deps struct {
	Directory *tenant.Directory
	DB        *tenant.DB
	// As is the context of work for a municipality in a language.
	As        func(ctx context.Context, t *tenant.Tenant, lang string) context.Context
	Accounts  *accounts.Module
	Proposals *proposals.Module
	Comments  *comments.Module
	Votes     *votes.Module
	Answers   *answers.Module
	// Past makes modules that live in the past, for one municipality.
	Past func() (Past, error)
	// Few makes a sixth of the cases, for whoever does not look at them.
	Few bool
}

// Seed fills an empty database with the demo municipalities and tells progress; where there is a municipality already it does
// nothing. The rows of each are made in one transaction, and what happened to them later by the acts of the product.
func Seed(ctx context.Context, d Deps, progress func(done, total int, name string)) error {
	have, err := d.Directory.All(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	all, err := content.Load()
	if err != nil {
		return err
	}
	for i, m := range all {
		progress(i, len(all), m.Name[m.Default])
		if err := d.seed(ctx, m); err != nil {
			return fmt.Errorf("seed %s: %w", m.Slug, err)
		}
	}
	progress(len(all), len(all), "")
	return nil
}

// seeder fills one municipality. Keys of the content are short names; its maps lead to the rows.
type seeder struct {
	deps          Deps
	m             content.Municipality
	tx            *tenant.Tx
	zone          *time.Location
	now           time.Time
	places        map[string]string // departments, topics and areas by key, each with its kind before it
	bylines       map[string]accounts.Byline
	books         map[string]*content.Book               // by consultation
	consultations map[string]*consultations.Consultation // by slug
	voters        []votes.Vote                           // who votes, as votes without a subject
}

func (d Deps) seed(ctx context.Context, m content.Municipality) error {
	t, err := d.Directory.Add(ctx, tenant.New{Slug: m.Slug, Country: m.Country, Listed: true, Settings: settingsOf(m)})
	if err != nil {
		return err
	}
	ctx = d.As(ctx, t, t.Default())
	books, err := content.BooksOf(m.Slug)
	if err != nil {
		return err
	}
	var s *seeder
	err = d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s = &seeder{deps: d, m: m, tx: tx, zone: t.Zone(), now: tx.Now(), places: map[string]string{}, bylines: map[string]accounts.Byline{}, books: books, consultations: map[string]*consultations.Consultation{}}
		if err := s.seedPlaces(ctx); err != nil {
			return err
		}
		if err := s.seedStreets(ctx); err != nil {
			return fmt.Errorf("streets: %w", err)
		}
		if err := s.seedWater(ctx); err != nil {
			return fmt.Errorf("water: %w", err)
		}
		if err := s.seedPeople(ctx); err != nil {
			return err
		}
		ids := map[string]string{}
		for _, c := range m.Consultations {
			ids[c.Slug] = id.New()
		}
		for _, c := range m.Consultations {
			if err := s.seedConsultation(ctx, c, ids); err != nil {
				return fmt.Errorf("%s: %w", c.Slug, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.relive(ctx, s)
}

func settingsOf(m content.Municipality) *tenant.Settings {
	preset := tenant.Presets()[m.Country]
	languages := append([]string{m.Default}, slices.DeleteFunc(slices.Clone(m.Languages), func(l string) bool { return l == m.Default })...)
	s := &tenant.Settings{
		Name: i18n.Text(m.Name), Tagline: i18n.Text(m.Tagline), Languages: languages, TimeZone: preset.TimeZone, Rules: preset.Rules,
		Contact: tenant.Contact{Email: m.Email, Phone: m.Phone, Address: m.Address}, Theme: theme.Input{Brand: m.Colour, Crest: crestOf(m.Slug), Pattern: m.Pattern},
		Hero: tenant.Hero{Heading: i18n.Text(m.Hero.Heading), Text: i18n.Text(m.Hero.Text)},
		Map:  tenant.Map{Lat: m.Map.Centre[0], Lng: m.Map.Centre[1], Zoom: m.Map.Zoom},
	}
	for _, p := range m.Map.Boundary {
		s.Map.Boundary = append(s.Map.Boundary, [2]float64{p[1], p[0]})
	}
	return s
}

// crestOf gives each demo municipality another drawn sign.
func crestOf(slug string) string {
	crests := theme.Crests()
	return crests[hashOf(slug)%uint32(len(crests))]
}

func hashOf(parts ...string) uint32 {
	h := fnv.New32a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p + "\x00")) // a hash in memory cannot fail
	}
	return h.Sum32()
}

func (s *seeder) seedPlaces(ctx context.Context) error {
	for i, d := range s.m.Departments {
		row := &departments.Department{Key: tenant.Key{ID: id.New()}, Name: i18n.Text(d.Name), Slug: d.Key, Position: i + 1, Email: d.Email}
		if err := departments.Insert(ctx, s.tx, row); err != nil {
			return err
		}
		s.places["department:"+d.Key] = row.ID
	}
	for i, t := range s.m.Topics {
		row := &topics.Topic{Key: tenant.Key{ID: id.New()}, Name: i18n.Text(t.Name), Slug: t.Key, Position: i + 1, Icon: t.Icon}
		if err := topics.Insert(ctx, s.tx, row); err != nil {
			return err
		}
		s.places["topic:"+t.Key] = row.ID
	}
	for i, ar := range s.m.Areas {
		name := i18n.Text{}
		for _, l := range s.m.Languages {
			name[l] = ar.Name
		}
		lat, lng := ar.At[0], ar.At[1]
		row := &areas.Area{Key: tenant.Key{ID: id.New()}, Name: name, Slug: ar.Key, Position: i + 1, Lat: &lat, Lng: &lng}
		if err := areas.Insert(ctx, s.tx, row); err != nil {
			return err
		}
		s.places["area:"+ar.Key] = row.ID
	}
	return nil
}

func (s *seeder) address(key string) string { return key + "@" + s.m.Slug + ".example" }

func (s *seeder) seedPeople(ctx context.Context) error {
	people := s.deps.Accounts
	for _, one := range s.m.People {
		acc, err := people.Ensure(ctx, s.tx, s.address(one.Key), one.Name)
		if err != nil {
			return err
		}
		acc.BirthYear, acc.Level, acc.Pseudonym = one.Born, levelOf(one.Level), one.Alias != ""
		if one.Area != "" {
			acc.AreaIDs = []string{s.places["area:"+one.Area]}
		}
		if _, err := s.tx.Update(acc).WherePK().Exec(ctx); err != nil {
			return err
		}
		s.bylines[one.Key] = accounts.Byline{AuthorID: acc.ID, AuthorName: one.Shown(), AuthorKind: accounts.AuthorCitizen}
		s.voters = append(s.voters, votes.Vote{VoterID: acc.ID, VoterKind: votes.VoterCitizen})
	}
	if err := s.seedAssociations(ctx); err != nil {
		return err
	}
	for _, one := range s.m.Staff {
		acc, err := people.Ensure(ctx, s.tx, s.address(one.Key), one.Name)
		if err != nil {
			return err
		}
		acc.DepartmentID = s.places["department:"+one.Department]
		if _, err := s.tx.Update(acc).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := people.Grant(ctx, s.tx, s.address(one.Key), one.Role); err != nil {
			return err
		}
		s.bylines[one.Key] = accounts.Byline{AuthorID: acc.ID, AuthorName: one.Name, AuthorKind: accounts.AuthorStaff}
	}
	return nil
}

func (s *seeder) seedAssociations(ctx context.Context) error {
	for _, one := range s.m.Associations {
		person := s.bylines[one.Person]
		o := accounts.Organisation{Name: one.Name, Kind: one.Kind, Country: s.m.Country, Register: registerOf(s.m.Country), RegisterNumber: one.Register, Representative: person.AuthorName}
		row, err := s.deps.Accounts.EnsureAssociation(ctx, s.tx, o, person.AuthorID)
		if err != nil {
			return fmt.Errorf("association %s: %w", one.Name, err)
		}
		s.bylines[one.Key] = accounts.Byline{AuthorID: person.AuthorID, AuthorName: one.Name, AuthorKind: accounts.AuthorAssociation, OrganisationID: row.ID}
		s.voters = append(s.voters, votes.Vote{VoterID: row.ID, VoterKind: votes.VoterAssociation})
	}
	return nil
}

func levelOf(name string) authz.Level {
	for l := authz.LevelNone; l <= authz.LevelIdentity; l++ {
		if l.String() == name {
			return l
		}
	}
	return authz.LevelEmail
}

// day is the beginning of the day that lies offset days from now, in the municipality's zone.
func (s *seeder) day(offset int) time.Time {
	return consultations.StartOfDay(s.now.In(s.zone).AddDate(0, 0, offset), s.zone)
}

// end is the last moment of that day.
func (s *seeder) end(offset int) time.Time { return consultations.EndOfDay(s.day(offset), s.zone) }

// at is a moment some days from now.
func (s *seeder) at(days float64) time.Time {
	return s.now.Add(time.Duration(days * 24 * float64(time.Hour))).Truncate(time.Second)
}

func (s *seeder) seedConsultation(ctx context.Context, in content.Consultation, ids map[string]string) error {
	c := &consultations.Consultation{
		Key: tenant.Key{ID: ids[in.Slug]}, Slug: in.Slug, Title: i18n.Text(in.Title), Summary: i18n.Text(in.Summary), Body: i18n.Text(in.Body),
		Decides: i18n.Text(in.Decides), InputUse: i18n.Text(in.Use), Audience: i18n.Text(in.Audience), ShortReason: i18n.Text(in.ShortReason),
		DepartmentID: s.places["department:"+in.Department], AreaID: s.places["area:"+in.Area], Pattern: s.m.Pattern, Blueprint: in.Blueprint,
		State: consultations.Published, CreatedBy: s.bylines[in.Contact].AuthorID, ContactName: s.bylines[in.Contact].AuthorName, ContactEmail: s.m.Email, ContactPhone: s.m.Phone,
	}
	for _, key := range in.Topics {
		c.TopicIDs = append(c.TopicIDs, s.places["topic:"+key])
	}
	for _, slug := range in.Linked {
		c.LinkedIDs = append(c.LinkedIDs, ids[slug])
	}
	for _, p := range in.Phases {
		c.Phases = append(c.Phases, s.phase(p, in))
	}
	first, last := c.Phases[0], c.Phases[len(c.Phases)-1]
	c.StartsAt, c.EndsAt = first.StartsAt, last.EndsAt
	c.PublishedAt = c.StartsAt.AddDate(0, 0, -3)
	if c.PublishedAt.After(s.now) {
		c.PublishedAt = s.now.Add(-time.Hour)
	}
	if in.AnswerDue != 0 {
		c.AnswerBy = s.end(in.AnswerDue)
	}
	if in.Answer != nil {
		c.AnsweredAt = s.at(in.Answer.At)
	}
	if b := s.books[in.Slug]; b != nil {
		s.law(c, b)
	}
	s.consultations[in.Slug] = c
	if err := consultations.Add(ctx, s.tx, c); err != nil {
		return err
	}
	if in.Answer != nil {
		err := consultations.AddResult(ctx, s.tx, &consultations.Result{Key: tenant.Key{ID: id.New()}, ConsultationID: c.ID, Text: i18n.Text(in.Answer.Text), PublishedAt: c.AnsweredAt, UpdatedAt: c.AnsweredAt})
		if err != nil {
			return err
		}
	}
	return s.seedVoices(ctx, in, c)
}

func (s *seeder) phase(p content.Phase, in content.Consultation) *consultations.Phase {
	policy := authz.Policy{MinLevel: levelOf(p.Level), MinAge: p.MinAge}
	if p.Area != "" {
		policy.AreaID = s.places["area:"+p.Area]
		for _, ar := range s.m.Areas {
			if ar.Key == p.Area {
				policy.AreaName = ar.Name
			}
		}
	}
	sw := consultations.Switches{
		Proposals: p.Proposals, Comments: p.Comments, Stance: p.Stance, Columns: p.Columns, Pseudonyms: true,
		Votes:    consultations.VoteRule{Kind: p.Votes, Quota: p.Quota},
		Eligible: map[string]authz.Policy{consultations.ActVote: policy},
	}
	if p.Hidden {
		sw.Votes.HideCounts = votes.HideUntilVoted
	}
	if p.Votes != "" && in.Tally != nil && !hasVotedProposals(in) {
		sw.Votes.On = consultations.OnConsultation
	}
	return &consultations.Phase{ID: id.New(), Title: i18n.Text(p.Label), StartsAt: s.day(p.Start), EndsAt: s.end(p.End), Switches: sw}
}

// hasVotedProposals reports whether the votes of a consultation are about its proposals.
func hasVotedProposals(in content.Consultation) bool {
	return slices.ContainsFunc(in.Proposals, func(p content.Proposal) bool { return p.Votes > 0 || p.Tally != nil || len(p.Ratings) > 0 })
}

// seedVoices brings in what people said: proposals, comments, votes and answers.
func (s *seeder) seedVoices(ctx context.Context, in content.Consultation, c *consultations.Consultation) error {
	var said []comments.Imported
	var cast []votes.Vote
	said = s.comments(said, in.Comments, c.Ref(), c, "")
	if in.Tally != nil && !hasVotedProposals(in) {
		cast = s.cast(cast, c.Ref(), c, tallied(*in.Tally))
	}
	rows := make([]proposals.Imported, len(in.Proposals))
	for i, p := range in.Proposals {
		rows[i] = s.proposal(in, p, i)
	}
	if err := s.deps.Proposals.Import(ctx, s.tx, c.ID, rows); err != nil {
		return err
	}
	external := make([]string, len(rows))
	for i, r := range rows {
		external[i] = r.ExternalID
	}
	refs, err := s.deps.Proposals.Refs(ctx, s.tx, external)
	if err != nil {
		return err
	}
	for i, p := range in.Proposals {
		ref := refs[rows[i].ExternalID]
		said = s.comments(said, p.Comments, ref, c, "")
		cast = s.cast(cast, ref, c, wishes(p))
	}
	if err := s.deps.Comments.Import(ctx, s.tx, said); err != nil {
		return err
	}
	if err := s.deps.Votes.Import(ctx, s.tx, cast); err != nil {
		return err
	}
	if err := s.freeze(ctx, c, cast); err != nil {
		return err
	}
	for i, p := range in.Proposals {
		if p.Answer != nil {
			if err := s.answer(ctx, *p.Answer, refs[rows[i].ExternalID], c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *seeder) proposal(in content.Consultation, p content.Proposal, i int) proposals.Imported {
	out := proposals.Imported{
		ExternalID: in.Slug + "-" + strconv.Itoa(i+1), Title: p.Title, Body: p.Text, Lang: p.Lang, Byline: s.bylines[p.By], TopicID: s.places["topic:"+p.Topic],
		AreaID: s.places["area:"+p.Area], Place: p.Street, CreatedAt: s.at(p.At), Official: s.bylines[p.By].AuthorKind == accounts.AuthorStaff,
	}
	if p.Place != nil {
		lat, lng := p.Place[0], p.Place[1]
		out.Lat, out.Lng = &lat, &lng
	}
	if p.State == "withdrawn" {
		out.State, out.Reason = proposals.Withdrawn, p.Reason
	}
	return out
}

func (s *seeder) comments(out []comments.Imported, list []content.Comment, ref subject.Ref, c *consultations.Consultation, parent string) []comments.Imported {
	for i, one := range list {
		external := parent + "/" + strconv.Itoa(i+1)
		if parent == "" {
			external = ref.ID + external
		}
		row := comments.Imported{
			ExternalID: external, ParentExternalID: parent, Ref: ref, ConsultationID: c.ID, Title: c.Title[s.m.Default], Byline: s.bylines[one.By],
			Official: one.Official, Stance: comments.Stance(one.Stance), Lang: one.Lang, Body: one.Text, Up: int64(one.Up), Down: int64(one.Down), CreatedAt: s.at(one.At),
		}
		switch one.Gone {
		case "author":
			row.State = comments.Deleted
		case "moderator":
			row.State, row.Reason = comments.Hidden, ""
		case "personal":
			row.State = comments.Removed
		}
		out = append(out, row)
		out = s.comments(out, one.Replies, ref, c, external)
	}
	return out
}

// tallied lists the votes for, against and abstaining.
func tallied(t content.Tally) []string {
	out := slices.Repeat([]string{votes.ValueFor}, t.For)
	out = append(out, slices.Repeat([]string{votes.ValueAgainst}, t.Against)...)
	return append(out, slices.Repeat([]string{votes.ValueAbstain}, t.Abstain)...)
}

// wishes lists the votes on a proposal.
func wishes(p content.Proposal) []string {
	if p.Tally != nil {
		return tallied(*p.Tally)
	}
	if len(p.Ratings) > 0 {
		var out []string
		for i, n := range p.Ratings {
			out = append(out, slices.Repeat([]string{strconv.Itoa(i + 1)}, n)...)
		}
		return out
	}
	return slices.Repeat([]string{votes.ValueSupport}, p.Votes)
}

// cast spreads votes over people, in another order for each subject.
func (s *seeder) cast(out []votes.Vote, ref subject.Ref, c *consultations.Consultation, values []string) []votes.Vote {
	people := slices.Clone(s.voters)
	slices.SortFunc(people, func(a, b votes.Vote) int {
		return int(hashOf(ref.ID, a.VoterID)>>1) - int(hashOf(ref.ID, b.VoterID)>>1)
	})
	scope := ""
	if ref.Kind != consultations.Kind {
		scope = votingPhase(c).ID
	}
	last := c.EndsAt
	if last.After(s.now) {
		last = s.now
	}
	for i, value := range values[:min(len(values), len(people))] {
		v := people[i]
		at := last.Add(-time.Duration(hashOf(ref.ID, v.VoterID, "at")%uint32(24*7)) * time.Hour)
		v.SubjectKind, v.SubjectID, v.Value, v.Scope, v.Channel, v.CastAt, v.ChangedAt = ref.Kind, ref.ID, value, scope, votes.ChannelWeb, at, at
		out = append(out, v)
	}
	return out
}

// answerState translates the states of the content.
func answerState(s string) answers.State {
	switch s {
	case "accepted":
		return answers.Accepted
	case "accepted_in_part":
		return answers.Partly
	case "not_accepted":
		return answers.Rejected
	case "out_of_scope":
		return answers.OutOfScope
	default:
		return answers.Considering
	}
}

func (s *seeder) answer(ctx context.Context, in content.Answer, ref subject.Ref, c *consultations.Consultation) error {
	w := answers.Work{State: answerState(in.State), Text: i18n.Text(in.Text), Period: i18n.Text(in.Period), DepartmentID: s.places["department:"+in.Department]}
	if in.Cost > 0 {
		minor := in.Cost * 100
		w.CostMinor = &minor
	}
	item := answers.Item{Card: subject.Card{Ref: ref}, ConsultationID: c.ID}
	return s.deps.Answers.Import(ctx, s.tx, item, w, s.at(in.At))
}

// registerOf is the register that the numbers of the content are from.
func registerOf(country string) string {
	return map[string]string{"si": "si_reg", "bg": "bg_eik", "gr": "gr_afm", "tr": "tr_vkn"}[country]
}
