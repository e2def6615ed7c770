package ui

import (
	"time"

	"github.com/a-h/templ"

	"glas/internal/fault"
)

// Alternate is the same page in another language, for hreflang.
type Alternate struct{ Lang, Href string }

// MenuItem is one link of a menu. Count is shown when above zero.
type MenuItem struct {
	Label, Href string
	Current     bool
	Count       int
}

// LangLink is one choice of the language switch; Name is written in that language.
type LangLink struct {
	Code, Name, Href string
	Current          bool
}

// AccountMenu is what a signed-in person finds under the own name.
// SignOut is the path that is posted to; empty leaves the button out.
type AccountMenu struct {
	Name    string
	Items   []MenuItem
	SignOut string
}

// FooterData feeds the foot of every page; empty parts are left out.
type FooterData struct {
	Address, Phone, Email string
	Links                 []MenuItem // accessibility statement, privacy, contact, open data ...
	More                  []MenuItem // second column
	Note                  string     // for example the licence of open data
}

// FlashItem is a message shown once after an action. Kind is info, success, warning or danger.
type FlashItem struct{ Kind, Text string }

// ShellData is everything around the content of a page.
// Crest is the drawn mark (theme.Mark); nil shows none. JSONLD is serialised JSON.
type ShellData struct {
	Lang, Title, Description, Canonical string
	Alternates                          []Alternate
	OGImage                             string
	StyleURLs, ScriptURLs               []string
	ThemeURL                            string
	IconURL                             string
	SiteName, Tagline, HomeHref         string
	Crest                               templ.Component
	Menu                                []MenuItem
	Languages                           []LangLink
	SearchHref                          string
	Account                             *AccountMenu
	SignInHref                          string
	Footer                              FooterData
	Flash                               []FlashItem
	Staff                               bool // denser, full width, own menu
	NoIndex                             bool
	JSONLD                              []string
	FeedHref                            string
	ColorScheme                         string // light, dark; empty follows the device
	UploadMax                           int64  // bytes of all files of a form together
}

// HeroData is the top of a home page. Actions: the first is the primary one.
// Pattern is drawn behind (theme.Motif); nil draws none. Children of Hero stand at the side.
type HeroData struct {
	Title, Lead string
	Actions     []Action
	Pattern     templ.Component
}

// Action is a link that looks like a button.
type Action struct{ Label, Href string }

// Stat is one number that means something, already written for the language.
type Stat struct{ Value, Label string }

// PillData is a state in word and shape.
// Kind: open, soon, today, waiting, answered, closed, draft, danger, info.
type PillData struct{ Kind, Text string }

// MetaItem is one small fact in a row; Value is set strong. With Badge the Text is shown as that kind of badge.
type MetaItem struct {
	Value, Text, Href, Badge string
	Icon, Color              string // a drawing before the text, in a tone of the theme
}

// CardData is one card of a grid. Cover is an image or theme.Cover; nil leaves it out.
// Level is the heading level, 3 when zero.
type CardData struct {
	Href, Title, Text string
	Pill              *PillData
	Cover             templ.Component
	Meta              []MetaItem
	Level             int
	Lang              string // of title and text, when it is not the language of the page
}

// Crumb is one step of the path; the last one has no Href.
type Crumb struct{ Label, Href, Lang string }

// PageHeadData is title, lead and state of a page.
type PageHeadData struct {
	Title, Lead string
	Pill        *PillData
	Meta        []MetaItem
	Eyebrow     string
	Lang        string // of title and lead, when it is not the language of the page
	Actions     templ.Component
}

// SideData is the panel with days left, who may take part, what happens next, the action.
// Children of SidePanel are the actions.
type SideData struct {
	Big, BigNote, Title string
	Facts               []Fact
}

// Fact is a term and what it is; Body, when set, is shown instead of Text.
type Fact struct {
	Term, Text, Href string
	Body             templ.Component
}

// State of a step of a timeline.
const (
	Past   = "past"
	Now    = "now"
	Future = "future"
)

// TimelineItem is one phase or promised event. When is written for people ("until 30 November").
type TimelineItem struct {
	Title, When, Text, Href string
	State                   string // Past, Now, Future
}

// Tab is a link that looks like a tab. Count below zero is not shown.
type Tab struct {
	Label, Href string
	Count       int
	Current     bool
}

// ButtonData is a button. Variant: primary (default), secondary, tertiary. Size: sm, md, lg.
// Color: accent (default), neutral, danger, success. Confirm asks the question in a dialog first.
type ButtonData struct {
	Label, Variant, Size, Color, Icon string
	Type, Name, Value, Form, Confirm  string
	Full, Disabled                    bool
	Attrs                             templ.Attributes
}

// FieldData is one labelled field. Type defaults to text; Max counts letters and shows how many are left.
// Width: s, m, l (full when empty). Required fields are plain, others say "optional".
type FieldData struct {
	Name, ID, Label, Help, Value     string
	Error                            fault.Message
	Required, Disabled, ReadOnly     bool
	Type, Autocomplete, InputMode    string
	Placeholder, Suffix, Width, Lang string
	Max, Rows                        int
	Attrs                            templ.Attributes
}

// Option is one choice of a select, of radios or of checkboxes.
type Option struct {
	Value, Label, Help string
	Icon, Color        string // a drawing beside it and its tone, where a list shows them
	Selected, Disabled bool
}

// ChoiceData is a group of choices (Select, Radios, Checkboxes). Empty adds a first empty choice to a Select.
type ChoiceData struct {
	Name, ID, Label, Help, Empty string
	Value                        string // selects the option with this value
	Options                      []Option
	Error                        fault.Message
	Required, Disabled, Inline   bool
	Attrs                        templ.Attributes
}

// CheckData is one checkbox that stands alone; Value defaults to "1".
type CheckData struct {
	Name, ID, Label, Help, Value string
	Checked, Disabled, Required  bool
	Error                        fault.Message
	Attrs                        templ.Attributes
}

// FileData is a file choice. Accept as in HTML, MaxBytes is only said, the server checks.
type FileData struct {
	Name, ID, Label, Help, Accept string
	Multiple, Required            bool
	Error                         fault.Message
	Attrs                         templ.Attributes
}

// LangName is a language a text can be written in.
type LangName struct{ Code, Name string }

// LangTabsData is one text in several languages; the fields are called name.sl, name.en ...
// Without script all languages stand below each other. Errors are looked up under the same names.
type LangTabsData struct {
	Name, Label, Help string
	Langs             []LangName
	Values            map[string]string
	Errors            fault.Fields
	Multiline         bool
	Rows, Max         int
	Required          string // the language that must be filled, usually the default one; empty when none must
}

// Values is what a posted form knows about its fields; *form.Form satisfies it.
type Values interface {
	Value(name string) string
	Error(name string) fault.Message
}

// VoteData is the one-press support of a thing: a plain form with one button.
// Spoken says the state aloud ("93 support, you too"). Closed shows only the number; one below zero is not shown.
type VoteData struct {
	ID, Action, Label, Spoken string
	Name, Value               string // sent with the press; Name defaults to "vote"
	Count                     int
	Pressed, Closed           bool
	SignIn                    bool // a visitor: the press leads to sign-in, nothing is shown as done
}

// VoteOption is one of several answers. Count below zero is not shown.
type VoteOption struct {
	Value, Label, Spoken, Kind string // Kind: for, against, abstain
	Count                      int
	Pressed                    bool
}

// VoteButtonsData is a choice between few answers as buttons of one form.
type VoteButtonsData struct {
	ID, Action, Name, Label string
	Options                 []VoteOption
	Closed, SignIn, Inline  bool
}

// RatingData is a rating from 1 to 5; Mine is 0 when not yet rated. Average is already written for the language.
type RatingData struct {
	ID, Action, Name, Label, Average string
	Count, Mine                      int
	Closed, SignIn                   bool
}

// ListRowData is one thing of a list with its vote box at the side (nil leaves it out).
type ListRowData struct {
	Href, Title, Text string
	Pill              *PillData
	Vote              *VoteData
	Meta              []MetaItem
	Answer            *AnswerData
	ID                string
	Image             templ.Component
	Lang              string // set when the text is in another language than the page
}

// AnswerData is an official answer. Kind: accepted, partly, rejected, explained, waiting.
type AnswerData struct {
	Kind, State, Department, Date string
	HTML                          string // safe HTML
	Text                          string // plain text, used when HTML is empty
	Href, HrefLabel               string
	Lang                          string // of the text, when it is not the language of the page
}

// BadgeData says who somebody is. Kind: association, municipality, verified, company, neutral.
type BadgeData struct{ Kind, Text string }

// CommentData is one remark. Stance: for, against, neutral, question or empty.
// State: shown (default), deleted, hidden, waiting; Tombstone says why there is nothing to read.
type CommentData struct {
	ID, Author, AuthorHref, When string
	At                           time.Time
	Badges                       []BadgeData
	Stance, StanceLabel          string
	Official, Reply, Edited      bool
	State, Tombstone             string
	HTML, Lang                   string
	Context, ContextHref         string // what was remarked on, when not clear from the page
	Actions, Extra               templ.Component
	Level                        int
}

// ColumnData is one side of a two-sided discussion. Kind: for, against, neutral.
type ColumnData struct {
	Kind, Title string
	Count       int
	Body        templ.Component
}

// FilterData is a list's filter: a GET form. Active is how many filters are set.
// Children of FilterBar are the fields.
type FilterData struct {
	Action, Label, ClearHref string
	Active                   int
	Result                   string // for example "48 proposals"
	Live                     string // css selector of the list that is replaced while typing; empty: plain form
}

// AlertData is a message in the page. Kind: info, success, warning, danger.
type AlertData struct{ Kind, Title, Text string }

// BarData is one bar. Label and Text are shown; Value decides the length.
// Kind: accent (default), for, against, neutral.
type BarData struct {
	Label, Text, Kind string
	Value             float64
}

// ChartData is a bar chart with a table beside it.
type ChartData struct {
	ID, Title, Description string
	LabelHead, ValueHead   string
	Bars                   []BarData
	HideTable              bool // folded into a disclosure
	Max                    float64
}

// Marker is one place on a map.
type Marker struct {
	Lat   float64 `json:"lat"`
	Lng   float64 `json:"lng"`
	Label string  `json:"label"`
	Href  string  `json:"href,omitempty"`
	Kind  string  `json:"kind,omitempty"`
	Text  string  `json:"text,omitempty"`
}

// MapData is a map with a list twin (the children of MapBox). With Pick a click or the crosshair fills the two hidden fields.
// Tiles is a template of tile addresses; empty draws only the lines of GeoJSON.
type MapData struct {
	ID, Label          string
	Tiles, Attribution string
	Lat, Lng           float64
	Zoom               int
	GeoJSON            string // inline, small
	GeoJSONURL         string
	MarkersURL         string
	Markers            []Marker
	Pick               bool
	LatName, LngName   string // default lat, lng
	LatValue, LngValue string
	Error              fault.Message
	Tall               bool
	ListTitle          string
	// Beside sets the list twin beside the map where there is room. ListURL is the page whose list twin follows the part that is seen.
	Beside  bool
	ListURL string
	// Attrs are more data attributes for the script of maps, such as those that streets.MapOf sets.
	Attrs templ.Attributes
}

// Column is the head of one column of a staff table. Sorted: ascending, descending or empty.
type Column struct {
	Label, SortHref, Sorted string
	Number, Hidden          bool
}

// TableData is a dense table that becomes cards on a phone. With Keys the keyboard walks it (j, k, Enter, a, r, x, ?).
// With BulkForm each Row has a checkbox named "id" that belongs to that form.
type TableData struct {
	Caption, BulkForm string
	HideCaption       bool
	Columns           []Column
	Keys              bool
	Size              string // sm (default), md
	// Scroll keeps the table a table on a phone, where it scrolls to the side and the keyboard reaches it.
	Scroll bool
}

// RowData is one row. Label names it for the checkbox. Tone: empty, warning, danger, muted.
// Approve and Reject are selectors or paths that the keys a and r press.
type RowData struct {
	ID, Href, Label, Tone string
	Selectable            bool
	BulkForm              string
	Current               bool
}

// BulkAction is one thing to do with all selected rows.
type BulkAction struct{ Value, Label, Variant, Color, Confirm string }

// BulkData is the bar under a table that acts on selected rows. Name of the pressed button is "action".
type BulkData struct {
	FormID, Action string
	Actions        []BulkAction
}

// AdminGroup is one group of the staff menu.
type AdminGroup struct {
	Label string
	Items []MenuItem
}

// AdminData is the frame of a staff page. Children of AdminShell are the content; Actions stand beside the title.
type AdminData struct {
	Title, Lead string
	Groups      []AdminGroup
	Crumbs      []Crumb
	Pill        *PillData
	Actions     templ.Component
	Saved       string // "Saved at 14:02", announced politely
}

// StickyData is the compact bar of a phone: days left and the action.
type StickyData struct{ Big, Note, Label, Href string }

// DialogData is a dialog that opens by a button with data-dialog-open="id" (or by command/commandfor).
type DialogData struct{ ID, Title string }

// TopicIcons are the names of the drawings that a topic can have.
func TopicIcons() []string {
	return []string{"tree", "road", "bicycle", "bus", "parking", "lamp", "bin", "water", "school", "play", "house", "coin", "heart", "music"}
}
