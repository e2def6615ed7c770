// Package content holds the demonstration municipalities as data: one TOML file each, read,
// checked and completed by Load. Everything in them is invented; dates are day offsets from
// the day of seeding, so that a fresh demonstration always shows every state.
package content

// Text is a text written by the staff, by language code.
type Text map[string]string

// Point is a place as latitude and longitude in degrees (WGS 84), in this order.
type Point [2]float64

// Municipality is one file: a tenant with its places, people and consultations.
type Municipality struct {
	Slug      string   `toml:"slug"`
	Country   string   `toml:"country"` // si, bg, gr, tr
	Languages []string `toml:"languages"`
	Default   string   `toml:"default"`
	Name      Text     `toml:"name"`
	Tagline   Text     `toml:"tagline"`
	Email     string   `toml:"email"`
	Phone     string   `toml:"phone"`
	Address   string   `toml:"address"`
	Colour    string   `toml:"colour"`  // #RRGGBB
	Pattern   string   `toml:"pattern"` // waves, roofs, fields, rings
	Hero      Hero     `toml:"hero"`
	Map       Map      `toml:"map"`

	Departments   []Department   `toml:"departments"`
	Topics        []Topic        `toml:"topics"`
	Areas         []Area         `toml:"areas"`
	Streets       []Street       `toml:"streets"`
	People        []Person       `toml:"people"`
	Associations  []Association  `toml:"associations"`
	Staff         []Staff        `toml:"staff"`
	Consultations []Consultation `toml:"consultations"`
}

// Hero is the head of the home page.
type Hero struct {
	Heading Text `toml:"heading"`
	Text    Text `toml:"text"`
}

// Map is the first view of the map and a rough boundary (closed by its first point).
type Map struct {
	Centre   Point   `toml:"centre"`
	Zoom     int     `toml:"zoom"`
	Boundary []Point `toml:"boundary"`
	// Water is rivers, and lakes whose last point is the first.
	Water [][]Point `toml:"water"`
}

// Department is a unit that answers.
type Department struct {
	Key   string `toml:"key"`
	Name  Text   `toml:"name"`
	Email string `toml:"email"` // filled as key@domain of the municipality when left out
}

// Topic is a theme of consultations and proposals.
type Topic struct {
	Key  string `toml:"key"`
	Name Text   `toml:"name"`
	Icon string `toml:"icon"`
}

// Area is a settlement or neighbourhood; its name is a proper name and the same in all languages.
type Area struct {
	Key  string `toml:"key"`
	Name string `toml:"name"`
	At   Point  `toml:"at"`
}

// Street is a street with a point on it.
type Street struct {
	Name string `toml:"name"`
	Area string `toml:"area"`
	At   Point  `toml:"at"`
}

// Person is an invented citizen. Who has an Alias takes part under it.
type Person struct {
	Key   string `toml:"key"`
	Name  string `toml:"name"`
	Alias string `toml:"alias"`
	Born  int    `toml:"born"` // year
	Area  string `toml:"area"`
	Level string `toml:"level"` // email (default), phone, residence, identity
}

// Shown is the name under which the person takes part.
func (p Person) Shown() string {
	if p.Alias != "" {
		return p.Alias
	}
	return p.Name
}

// Association is an organisation with a register number whose check digit is right for the country.
type Association struct {
	Key      string `toml:"key"`
	Name     string `toml:"name"`
	Kind     string `toml:"kind"` // association, company, chamber, school, cooperative, sports_club, foundation
	Register string `toml:"register"`
	Person   string `toml:"person"` // key of the representative
	Verified bool   `toml:"verified"`
}

// Staff is a member of the staff.
type Staff struct {
	Key        string `toml:"key"`
	Name       string `toml:"name"`
	Role       string `toml:"role"` // administrator, editor, moderator, officer
	Department string `toml:"department"`
}

// Consultation is one consultation with everything said in it.
type Consultation struct {
	Slug        string     `toml:"slug"`
	Blueprint   string     `toml:"blueprint"` // thematic, draft_act, ideas_vote, rating, plan_chapter
	State       string     `toml:"state"`     // expected on the day of seeding: upcoming, open, closed, answered
	ClosesToday bool       `toml:"closes_today"`
	Title       Text       `toml:"title"`
	Summary     Text       `toml:"summary"`
	Body        Text       `toml:"body"` // Markdown
	Decides     Text       `toml:"decides"`
	Use         Text       `toml:"use"` // how the input will be used
	Audience    Text       `toml:"audience"`
	ShortReason Text       `toml:"short_reason"` // why the term is shorter than usual
	Department  string     `toml:"department"`
	Contact     string     `toml:"contact"` // key of a member of the staff
	Area        string     `toml:"area"`    // empty: the whole municipality
	Topics      []string   `toml:"topics"`
	Linked      []string   `toml:"linked"` // slugs
	Phases      []Phase    `toml:"phases"`
	AnswerDue   int        `toml:"answer_due"` // day offset of the promised answer
	Answer      *Answer    `toml:"answer"`     // official answer to the consultation as a whole
	Tally       *Tally     `toml:"tally"`      // for/against on the consultation itself
	Comments    []Comment  `toml:"comments"`
	Proposals   []Proposal `toml:"proposals"`
}

// Phase is a switchboard between two days, both inclusive, in the time zone of the municipality.
type Phase struct {
	Label     Text   `toml:"label"`
	Kind      string `toml:"kind"`  // input, vote, review, rating
	Start     int    `toml:"start"` // day offset, from 00:00
	End       int    `toml:"end"`   // day offset, to 23:59:59
	Proposals bool   `toml:"proposals"`
	Comments  bool   `toml:"comments"`
	Votes     string `toml:"votes"`   // empty, support, choice, rating
	Stance    bool   `toml:"stance"`  // comments carry for, neutral, against
	Columns   bool   `toml:"columns"` // ... and are shown in two columns
	Quota     int    `toml:"quota"`   // votes per person, 0: no limit
	Hidden    bool   `toml:"hidden"`  // counts hidden until voted or closed
	Level     string `toml:"level"`   // who may take part: email (default), phone, residence, identity
	MinAge    int    `toml:"min_age"`
	Area      string `toml:"area"` // only residents of this area
}

// Tally is the number of votes by choice.
type Tally struct {
	For     int `toml:"for"`
	Against int `toml:"against"`
	Abstain int `toml:"abstain"`
}

// Total is the number of all votes.
func (t Tally) Total() int { return t.For + t.Against + t.Abstain }

// Answer is an official answer.
type Answer struct {
	State      string  `toml:"state"` // accepted, accepted_in_part, not_accepted, under_review, out_of_scope
	Text       Text    `toml:"text"`
	Cost       int64   `toml:"cost"` // whole euros or liras, 0: not stated
	Period     Text    `toml:"period"`
	Department string  `toml:"department"`
	By         string  `toml:"by"` // key of a member of the staff; filled with the contact of the consultation
	At         float64 `toml:"at"` // days from now; filled when left out
}

// Proposal is a proposal of a citizen or an association, or a measure of the municipality (By = staff).
type Proposal struct {
	By       string    `toml:"by"` // key of a person, an association or a member of the staff
	Title    string    `toml:"title"`
	Text     string    `toml:"text"`
	Lang     string    `toml:"lang"` // filled with the default language
	Topic    string    `toml:"topic"`
	Area     string    `toml:"area"`
	Street   string    `toml:"street"`
	Place    *Point    `toml:"place"` // filled from the street
	At       float64   `toml:"at"`    // days from now, negative; filled when left out
	State    string    `toml:"state"` // published (default), withdrawn
	Reason   string    `toml:"reason"`
	Support  int       `toml:"support"` // supporters as the story wants them, 0 to 120
	Votes    int       `toml:"votes"`   // supporters among the demo people; filled from Support
	Tally    *Tally    `toml:"tally"`
	Ratings  []int     `toml:"ratings"` // number of ratings 1, 2, 3, 4, 5
	Answer   *Answer   `toml:"answer"`
	Comments []Comment `toml:"comments"`
}

// Comment is a comment with its replies; the thread is at most four deep.
type Comment struct {
	By      string    `toml:"by"`
	Text    string    `toml:"text"`
	Lang    string    `toml:"lang"`   // filled with the default language
	At      float64   `toml:"at"`     // days from now, negative; filled when left out
	Stance  string    `toml:"stance"` // for, neutral, against
	Up      int       `toml:"up"`
	Down    int       `toml:"down"`
	Gone    string    `toml:"gone"` // author, moderator, personal: which tombstone
	Replies []Comment `toml:"replies"`
	// Official is filled: the author is a member of the staff.
	Official bool `toml:"-"`
}
