package proposals

import (
	"math"
	"strconv"
	"strings"
	"time"

	"glas/internal/form"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/proposals/internal/stored"
)

// Names of fields that people do not fill: the trap must stay empty, opened is when the form was shown.
const (
	trapName   = "website"
	openedName = "_opened"
)

// readInput reads the form of a proposal. How long texts may be is for the rules of the phase.
func readInput(f *form.Form, n *names, lang string) Input {
	in := Input{Title: f.Line("title", form.Limit{}), Body: f.Text("body", form.Limit{}), Place: f.Line("place", form.Limit{}), Lang: lang,
		Pseudonym: f.Bool("pseudonym"), Opened: opened(f), Version: int64(f.OptionalInt("version", 0, math.MaxInt32, 0))}
	topicIDs, areaIDs := []string{""}, []string{""}
	for _, t := range n.topics {
		topicIDs = append(topicIDs, t.ID)
	}
	for _, a := range n.areas {
		areaIDs = append(areaIDs, a.ID)
	}
	in.TopicID, in.AreaID = f.OneOf("topic", topicIDs...), f.OneOf("area", areaIDs...)
	in.Lat, in.Lng = readPoint(f)
	if in.Body != "" && text.Plain(in.Body) == "" {
		f.Fail("body", "val.required") // marks alone say nothing
	}
	f.Check("", f.Value(trapName) == "", "proposals.error.trap")
	return in
}

// readPoint reads a place on the map; both parts are nil when none was chosen or it cannot be.
func readPoint(f *form.Form) (lat, lng *float64) {
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

func opened(f *form.Form) time.Time {
	n, err := strconv.ParseInt(f.Value(openedName), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// readFilter takes from an address what makes sense; the rest is as if it were not there. sorts are the orders that are offered.
func readFilter(f *form.Form, topics, areas []ui.Option, sorts ...string) Filter {
	option := func(list []ui.Option, value string) string {
		for _, o := range list {
			if o.Value == value {
				return value
			}
		}
		return ""
	}
	out := Filter{TopicID: option(topics, f.Value("topic")), AreaID: option(areas, f.Value("area")), Status: stored.Known(f.Value("status"), stored.Statuses()...),
		Of: stored.Known(f.Value("of"), OfMine, OfFollowed, OfAssociations, OfMunicipality), Text: text.Truncate(text.CleanLine(f.Value("q")), 100),
		Sort: stored.Known(f.Value("sort"), sorts...), After: f.Value("after"), Box: stored.ParseBox(f.Value("bbox"))}
	if n, err := strconv.Atoi(f.Value("seed")); err == nil && n >= 1 && n <= stored.Seeds {
		out.Seed = n
	}
	return out
}
