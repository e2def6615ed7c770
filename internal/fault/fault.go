// Package fault holds the kinds of error a person can be told about.
//
// Rules, stores and services return these; one place in the web layer turns them into a page, a form with messages beside its
// fields, or an API answer. Every other error is internal: it is logged, and the person sees only that something went wrong.
// Messages are ids of the message catalogue, so a rule never needs to know the reader's language.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
)

// Kind says what sort of refusal an error is; it decides the HTTP status and the error page.
type Kind string

// The kinds. KindNone belongs to a nil error and KindInternal to every error that is not a fault.
const (
	KindNone        Kind = ""
	KindInternal    Kind = "internal"
	KindInvalid     Kind = "invalid"
	KindNotFound    Kind = "not_found"
	KindForbidden   Kind = "forbidden"
	KindSignIn      Kind = "sign_in"
	KindConflict    Kind = "conflict"
	KindTooMany     Kind = "too_many"
	KindTooLarge    Kind = "too_large"
	KindGone        Kind = "gone"
	KindUnavailable Kind = "unavailable"
)

// Status is the HTTP status number of the kind: 200 for none, 500 for internal and unknown kinds.
func (k Kind) Status() int {
	switch k {
	case KindNone:
		return 200
	case KindInvalid:
		return 422
	case KindNotFound:
		return 404
	case KindForbidden:
		return 403
	case KindSignIn:
		return 401
	case KindConflict:
		return 409
	case KindTooMany:
		return 429
	case KindTooLarge:
		return 413
	case KindGone:
		return 410
	case KindUnavailable:
		return 503
	default:
		return 500
	}
}

// Message is a sentence by its catalogue id. Args alternate names and values: "Min", 5, "Max", 150.
// A plural message takes its count from the argument "N".
type Message struct {
	ID   string
	Args []any
}

// Msg builds a Message.
func Msg(id string, args ...any) Message { return Message{ID: id, Args: args} }

// IsZero reports whether there is no message.
func (m Message) IsZero() bool { return m.ID == "" }

// String is for logs only; people read the catalogue's sentence.
func (m Message) String() string {
	if len(m.Args) == 0 {
		return m.ID
	}
	return m.ID + fmt.Sprint(m.Args)
}

// Fields are the messages of a form by field name. The name "" stands for the form as a whole.
type Fields = map[string]Message

// Next is what a person can do about a refusal: words for a button, and where it leads, without a language prefix.
type Next struct {
	Label Message
	Path  string
}

// Error is a refusal that may be shown to the person who caused it.
type Error struct {
	Kind    Kind
	Message Message       // what happened; zero means the kind's general words
	Fields  Fields        // KindInvalid: what is wrong with which field
	Next    *Next         // what the person can do about it; nil when nothing
	After   time.Duration // KindTooMany and KindUnavailable: when trying again makes sense
	Err     error         // the cause, for the log only
}

// Error is for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if !e.Message.IsZero() {
		b.WriteString(": " + e.Message.String())
	}
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		b.WriteString(" " + name + "=" + e.Fields[name].String())
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches a target Error of the same kind; a target with a message id must have the same id too.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	if !ok {
		return false
	}
	return t.Kind == e.Kind && (t.Message.ID == "" || t.Message.ID == e.Message.ID)
}

// Status is the HTTP status number of the error.
func (e *Error) Status() int { return e.Kind.Status() }

// With attaches the cause for the log and returns the error itself.
func (e *Error) With(cause error) *Error {
	e.Err = cause
	return e
}

// Invalid says that what was typed cannot be accepted, field by field.
func Invalid(fields Fields) *Error { return &Error{Kind: KindInvalid, Fields: fields} }

// InvalidField is Invalid for one field.
func InvalidField(name, id string, args ...any) *Error {
	return Invalid(Fields{name: Msg(id, args...)})
}

// NotFound says that there is no such thing, or none this person may know of.
func NotFound(id string, args ...any) *Error { return of(KindNotFound, id, args) }

// Forbidden says that this person may not do this.
func Forbidden(id string, args ...any) *Error { return of(KindForbidden, id, args) }

// SignIn says that the act needs a signed-in person. The reason, if given, is shown on the sign-in page.
func SignIn(reason ...Message) *Error {
	e := &Error{Kind: KindSignIn}
	if len(reason) > 0 {
		e.Message = reason[0]
	}
	return e
}

// Conflict says that the thing has changed meanwhile, or is not in a state that allows the act.
func Conflict(id string, args ...any) *Error { return of(KindConflict, id, args) }

// TooMany says that the act was done too often; after is how long to wait.
func TooMany(after time.Duration) *Error { return &Error{Kind: KindTooMany, After: after} }

// TooLarge says that what was sent exceeds a limit of size.
func TooLarge(id string, args ...any) *Error { return of(KindTooLarge, id, args) }

// Gone says that the thing existed and was removed.
func Gone(id string, args ...any) *Error { return of(KindGone, id, args) }

// Unavailable says that a service this depends on does not answer at the moment.
func Unavailable(id string, args ...any) *Error { return of(KindUnavailable, id, args) }

func of(kind Kind, id string, args []any) *Error {
	return &Error{Kind: kind, Message: Message{ID: id, Args: args}}
}

// As finds the fault in an error, however deeply it is wrapped.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e) && e != nil
	return e, ok
}

// KindOf is the kind of an error: KindNone for nil, KindInternal when it is no fault.
func KindOf(err error) Kind {
	if err == nil {
		return KindNone
	}
	if e, ok := As(err); ok {
		return e.Kind
	}
	return KindInternal
}

// Is reports whether the error is a fault of that kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
