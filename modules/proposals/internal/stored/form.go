package stored

import (
	"math"
	"strconv"
	"strings"

	"glas/internal/form"
	"glas/internal/text"
	"glas/internal/web/ui"
)

// Names of fields that people do not fill: the trap must stay empty, opened is when the form was shown.
const (
	TrapName   = "website"
	OpenedName = "_opened"
)

// ReadInput reads the form of a proposal. How long texts may be is for the rules of the phase.
func ReadInput(f *form.Form, n *Names, lang string) Input {
	in := Input{Title: f.Line("title", form.Limit{}), Body: f.Text("body", form.Limit{}), Place: f.Line("place", form.Limit{}), Lang: lang,
		Pseudonym: f.Bool("pseudonym"), Opened: f.Moment(OpenedName), Version: int64(f.OptionalInt("version", 0, math.MaxInt32, 0))}
	topicIDs, areaIDs := []string{""}, []string{""}
	for _, t := range n.Topics {
		topicIDs = append(topicIDs, t.ID)
	}
	for _, a := range n.Areas {
		areaIDs = append(areaIDs, a.ID)
	}
	in.TopicID, in.AreaID = f.OneOf("topic", topicIDs...), f.OneOf("area", areaIDs...)
	in.Lat, in.Lng = ReadPoint(f)
	f.Check("", f.Value(TrapName) == "", "proposals.error.trap")
	return in
}

// ReadPoint reads a place on the map; both parts are nil when none was chosen or it cannot be.
func ReadPoint(f *form.Form) (lat, lng *float64) {
	if f.Value("lat") == "" && f.Value("lng") == "" {
		return nil, nil
	}
	lat, lng = degrees(f.Value("lat"), 90), degrees(f.Value("lng"), 180)
	if lat == nil || lng == nil {
		f.Fail("map", "proposals.error.place")
		return nil, nil
	}
	return lat, lng
}

func degrees(s string, most float64) *float64 {
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > most {
		return nil
	}
	return &v
}

// ReadFilter takes from an address what makes sense; the rest is as if it were not there. sorts are the orders that are offered.
func ReadFilter(f *form.Form, topics, areas []ui.Option, sorts ...string) Filter {
	option := func(list []ui.Option, value string) string {
		for _, o := range list {
			if o.Value == value {
				return value
			}
		}
		return ""
	}
	out := Filter{TopicID: option(topics, f.Value("topic")), AreaID: option(areas, f.Value("area")), Status: Known(f.Value("status"), Statuses()...),
		Of: Known(f.Value("of"), OfMine, OfFollowed, OfAssociations, OfMunicipality), Text: text.Truncate(text.CleanLine(f.Value("q")), 100),
		Sort: Known(f.Value("sort"), sorts...), After: f.Value("after"), Box: ParseBox(f.Value("bbox"))}
	if n, err := strconv.Atoi(f.Value("seed")); err == nil && n >= 1 && n <= Seeds {
		out.Seed = n
	}
	return out
}
