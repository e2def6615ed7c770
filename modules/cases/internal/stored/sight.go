package stored

import "glas/internal/geo"

// Viewer is what somebody is to one case.
type Viewer string

// The viewers, from least to most.
const (
	// Outsider belongs to another municipality: for him nothing exists.
	Outsider Viewer = "outsider"
	// Anybody has no account.
	Anybody Viewer = "anybody"
	// Citizen is another citizen.
	Citizen Viewer = "citizen"
	// Reporter is who reported it, signed in or by the token.
	Reporter Viewer = "reporter"
	// OtherDepartment works on cases, but not on this one.
	OtherDepartment Viewer = "other_department"
	// Department works on this case.
	Department Viewer = "department"
	// Overview reads all cases that are not private.
	Overview Viewer = "overview"
	// Editor reads all cases.
	Editor Viewer = "editor"
	// Elsewhere is a system of somebody else that a case is handed to, Entrusted one that the municipality gives the words of cases that
	// nobody else may see. Neither learns who reported it, and of what is for the municipality's own people neither learns anything.
	Elsewhere Viewer = "elsewhere"
	Entrusted Viewer = "entrusted"
)

// Words are which text somebody reads.
type Words int

// No text, the public one, or also what was typed.
const (
	NoWords Words = iota
	PublicWords
	OriginalWords
)

// Place is how exactly somebody knows where it is.
type Place int

// Nowhere, the square of 100 m, or the point.
const (
	NoPlace Place = iota
	RoughPlace
	ExactPlace
)

// Sight is what one viewer sees of a case. The zero Sight is nothing at all: the case does not exist for him.
type Sight struct {
	// Page lets him open it; Listed lets lists, maps, search, feeds and interfaces name it to him among those of everybody.
	Page, Listed bool
	Words        Words
	Place        Place
	// Name shows the reporter's name to him.
	Name bool
	// Photos are all of them; otherwise only those that were let through one by one, and those only when PublicPhotos.
	Photos, PublicPhotos bool
	// Thread are the messages to and from the reporter, Notes the internal ones, History every event.
	Thread, Notes, History bool
	// Act offers what a reporter may do.
	Act bool
}

// See is the one answer to who sees what of a case, for every way out: page, list, map, search, feed, interface, file, letter.
// Contact data is apart: it takes a permission of its own, and a viewer with Notes.
func See(c *Case, v Viewer) Sight {
	everybody := Sight{}
	if listed(c) {
		everybody = Sight{Page: true, Listed: true, Words: PublicWords, Place: placeOf(c.Location), Name: c.NamePublic && c.Visibility == Public, PublicPhotos: true}
	}
	whole := Sight{Page: true, Listed: everybody.Listed, Words: OriginalWords, Place: ExactPlace, Name: true, Photos: true, PublicPhotos: true, Thread: true, Notes: true, History: true}
	switch v {
	case Outsider:
		return Sight{}
	case Reporter:
		if c.Visibility == Internal && !listed(c) || c.State == Spam {
			return Sight{}
		}
		return Sight{Page: true, Listed: everybody.Listed, Words: OriginalWords, Place: ExactPlace, Name: true, Photos: true, PublicPhotos: true, Thread: true, Act: true}
	case Department, Editor:
		return whole
	case Elsewhere:
		everybody.Name = false
		return everybody
	case Entrusted:
		if c.Visibility == Internal || c.State.Group() == GroupHidden || !c.worded() {
			return Sight{}
		}
		return Sight{Page: true, Listed: everybody.Listed, Words: PublicWords, Place: ExactPlace, PublicPhotos: everybody.PublicPhotos}
	case Overview:
		if c.Visibility.Open() {
			return whole
		}
		return Sight{}
	}
	return everybody
}

// listed reports whether everybody may see the case: it was published, its visibility allows it and it is no longer or not yet hidden.
func listed(c *Case) bool {
	return c.Published && c.Visibility.Open() && c.PublishMode != Never && c.State.Group() != GroupHidden && c.State != Withdrawn && c.worded()
}

// worded reports whether there is still something to show: a case whose words were removed for good has none.
func (c *Case) worded() bool { return c.Title != "" || c.PublicTitle != "" }

func placeOf(l Location) Place {
	switch l {
	case Hidden:
		return NoPlace
	case Blurred:
		return RoughPlace
	}
	return ExactPlace
}

// PlaceFor is the point as somebody with that sight may know it.
func (s Sight) PlaceFor(c *Case) (lat, lng float64, ok bool) { return placeFor(c, s.Place) }

func placeFor(c *Case, p Place) (lat, lng float64, ok bool) {
	if p == NoPlace || !c.Located() {
		return 0, 0, false
	}
	if p == RoughPlace {
		lat, lng = geo.Blur(*c.Lat, *c.Lng)
		return lat, lng, true
	}
	return *c.Lat, *c.Lng, true
}

// AddressFor is the address in words as somebody with that sight may know it: a house number tells more than a rough place.
func (s Sight) AddressFor(c *Case) string {
	switch s.Place {
	case ExactPlace:
		return c.Address
	case RoughPlace:
		return street(c.Address)
	}
	return ""
}

// street is an address without its house number: everything from the first word that begins with a digit goes.
func street(address string) string {
	for i, r := range address {
		if r >= '0' && r <= '9' && (i == 0 || address[i-1] == ' ' || address[i-1] == ',') {
			if i == 0 {
				return ""
			}
			return trimTail(address[:i])
		}
	}
	return address
}

func trimTail(s string) string {
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == ',') {
		s = s[:len(s)-1]
	}
	return s
}

// Audiences are the messages that somebody with that sight reads.
func (s Sight) Audiences() []string {
	switch {
	case s.Notes:
		return []string{ToPublic, ToReporter, ToDepartment, ToInternal}
	case s.Thread:
		return []string{ToPublic, ToReporter}
	case s.Page:
		return []string{ToPublic}
	}
	return nil
}
