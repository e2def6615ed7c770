// Package web serves pages: it finds out which site a request is for, in which language and from whom, keeps out what other sites
// send in a reader's name, renders to memory, remembers anonymous pages whole, and turns every error into a page, a fragment or a
// JSON problem (RFC 9457) at one place.
//
// Modules give it a list of Routes. The list is data, so that tests can replay every route as another site and as every role, and
// so that the description of the interface (OpenAPI) is made from what is really served.
package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// Module is a part of the product as far as pages are concerned.
type Module interface {
	// Name is that of the package.
	Name() string
	Routes() []Route
	Menu() []MenuItem
}

// Belonging is implemented by modules that are there for another one only, and are switched off with it.
type Belonging interface {
	// PartOf is the name of the module that this one belongs to.
	PartOf() string
}

// SignedIn as a Need asks for any account.
const SignedIn = "signed-in"

// Route is one address.
type Route struct {
	Method string
	// Path is Fiber's, without a language prefix: "/proposals/:number".
	Path   string
	Handle fiber.Handler
	// Need is the permission without which nobody gets there; empty for everybody, SignedIn for anybody with an account.
	Need string
	// Cache remembers the page as visitors without a session see it.
	Cache bool
	// Limit bounds how often one account or address may send this.
	Limit Limit
	// Files lets the address take uploaded files, in a request as large as the deployment allows; others are given none.
	Files bool
	// Body is the largest request in bytes where it is not a form and larger than usual; 0 is the common size.
	Body int
	// API describes an address of the public interface; it is then part of its generated description.
	API *API
	// Deployment routes are those of the bare host, outside of all municipalities.
	Deployment bool
	// Everywhere routes are served on the bare host and for every municipality.
	Everywhere bool
	// FromOutside lets other programs send (one-click unsubscribing from a mail program); such a handler trusts no cookie.
	FromOutside bool
	// Suspended routes are served even while the municipality is suspended.
	Suspended bool
	// Module is the name of the module, set when the route is registered.
	Module string
	// Part is what a site switches off to be without this address; the name of the module when empty.
	Part string
}

// WithFiles is the route with Files set.
func (r Route) WithFiles() Route {
	r.Files = true
	return r
}

// Limit is how often something may be done; the zero Limit sets none.
type Limit struct {
	// Name is shared by routes that count together.
	Name string
	N    int
	Per  time.Duration
}

// Area is where a menu entry stands.
type Area int

// The areas of the menus.
const (
	AreaPublic Area = iota
	AreaStaff
	AreaAccount
	AreaDeployment
	// AreaFooter holds what everybody should find, but not on the way to everything else.
	AreaFooter
)

// MenuItem is an entry of a menu.
type MenuItem struct {
	// Label is a message id.
	Label string
	Path  string
	Area  Area
	// Order sorts: smaller stands first.
	Order int
	// Need hides the entry from those who lack a permission.
	Need string
	// Module is the name of the module, set when it is registered.
	Module string
	// Part is what a site switches off to be without the entry; the name of the module when empty.
	Part string
}

// API describes an address of the public interface.
type API struct {
	// ID is the operation's identifier: "listProposals".
	ID      string
	Summary string
	Params  []Param
	// Result is a value of the type that is answered; its shape is described from its JSON tags.
	Result any
	// Type is the media type when it is not application/json.
	Type string
}

// Param is a parameter of an address of the interface.
type Param struct {
	Name string
	// In is "query" or "path".
	In          string
	Description string
	// Type is string, integer, number or boolean.
	Type     string
	Enum     []string
	Required bool
}
