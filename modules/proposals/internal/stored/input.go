package stored

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/consultations"
)

// Input is what somebody wants to propose.
type Input struct {
	Title, Body     string
	TopicID, AreaID string
	Place           string
	Lat, Lng        *float64
	// Pseudonym wants one where the phase allows it; Official speaks for the municipality.
	Pseudonym, Official bool
	Lang                string
	Files               attachments.Batch
	// Opened is when the form was shown, zero when that is not known.
	Opened time.Time
	// Version is that of the row that was edited, 0 for a new one.
	Version int64
}

// Rules are what a phase asks of proposals.
type Rules struct {
	// TitleMin is in letters, Photos a number of files of each sort, Quota a number of proposals for each author (0: no limit).
	TitleMin   int
	Photos     int
	Quota      int
	Pseudonyms bool
	Moderation string
	ClosesAt   time.Time
}

// RulesOf are those of the phase that runs at now, or ran last.
func RulesOf(c *consultations.Consultation, now time.Time, moderation string) Rules {
	s := c.Shown(now).Switches
	r := Rules{TitleMin: TitleMin, Photos: s.Photos, Quota: s.ProposalQuota, Pseudonyms: s.Pseudonyms, Moderation: s.ModerationOr(moderation), ClosesAt: c.ClosesAt(now)}
	if r.Photos == 0 {
		r.Photos = PhotosMax
	}
	var own struct {
		TitleMin int `json:"title_min"`
	}
	if raw, ok := s.Methods["proposals"]; ok && json.Unmarshal(raw, &own) == nil && own.TitleMin > 0 {
		r.TitleMin = min(max(own.TitleMin, titleFloor), TitleMax)
	}
	return r
}

// Limits are what the form takes of files.
func (r Rules) Limits() attachments.Limits {
	return attachments.Limits{Photos: r.Photos, Documents: r.Photos}
}

// Check says what is wrong with an input, by field.
func (in Input) Check(r Rules) fault.Fields {
	fields := fault.Fields{}
	length := func(name, s string, least, most int) {
		switch n := text.Letters(s); {
		case n == 0 && least > 0:
			fields[name] = fault.Msg("val.required")
		case n > 0 && n < least:
			fields[name] = fault.Msg("val.min_chars", "N", least)
		case n > most:
			fields[name] = fault.Msg("val.max_chars", "N", most)
		}
	}
	length("title", in.Title, r.TitleMin, TitleMax)
	length("body", in.Body, BodyMin, BodyMax)
	length("place", in.Place, 0, PlaceMax)
	if !in.OnEarth() {
		fields["map"] = fault.Msg("proposals.error.place")
	}
	return fields
}

// OnEarth reports whether the point, if there is one, is whole and can be.
func (in Input) OnEarth() bool {
	if in.Lat == nil && in.Lng == nil {
		return true
	}
	return in.Lat != nil && in.Lng != nil && math.Abs(*in.Lat) <= 90 && math.Abs(*in.Lng) <= 180
}

// TooFast reports whether the form came back sooner than a person can fill it in.
func (in Input) TooFast(now time.Time) bool {
	age := now.Sub(in.Opened)
	return !in.Opened.IsZero() && age >= 0 && age < fastest
}

// Apply writes an input into a proposal.
func (in Input) Apply(p *Proposal, defaultLang string) {
	p.Title, p.Body, p.Place, p.TopicID, p.AreaID = in.Title, in.Body, in.Place, in.TopicID, in.AreaID
	p.Lat, p.Lng = in.Lat, in.Lng
	if in.Lang != "" {
		p.Lang = in.Lang
	}
	p.derive(defaultLang)
}

// Fill puts a proposal into a form.
func (p *Proposal) Fill(f *form.Form) {
	for name, value := range map[string]string{"title": p.Title, "body": p.Body, "place": p.Place, "topic": p.TopicID, "area": p.AreaID,
		"version": strconv.FormatInt(p.RowVersion, 10)} {
		f.Set(name, value)
	}
	if p.Located() {
		f.Set("lat", decimal(*p.Lat))
		f.Set("lng", decimal(*p.Lng))
	}
}

// Input is a draft as something to be published.
func (p *Proposal) Input(pseudonym bool) Input {
	return Input{Pseudonym: pseudonym, Title: p.Title, Body: p.Body, Place: p.Place, TopicID: p.TopicID, AreaID: p.AreaID, Lat: p.Lat, Lng: p.Lng, Lang: p.Lang, Official: p.Official}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
