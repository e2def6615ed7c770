package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"glas/internal/fault"
)

func TestEveryKindHasItsStatusThroughWrapping(t *testing.T) {
	cases := []struct {
		err    error
		kind   fault.Kind
		status int
	}{
		{fault.Invalid(fault.Fields{"title": fault.Msg("x")}), fault.KindInvalid, 422},
		{fault.NotFound("x"), fault.KindNotFound, 404},
		{fault.Forbidden("x", "N", 1), fault.KindForbidden, 403},
		{fault.SignIn(), fault.KindSignIn, 401},
		{fault.SignIn(fault.Msg("why")), fault.KindSignIn, 401},
		{fault.Conflict("x"), fault.KindConflict, 409},
		{fault.TooMany(time.Minute), fault.KindTooMany, 429},
		{fault.TooLarge("x"), fault.KindTooLarge, 413},
		{fault.Gone("x"), fault.KindGone, 410},
		{fault.Unavailable("x"), fault.KindUnavailable, 503},
		{io.EOF, fault.KindInternal, 500},
		{nil, fault.KindNone, 200},
	}
	for _, c := range cases {
		err := c.err
		if err != nil {
			err = fmt.Errorf("publish: %w", fmt.Errorf("load: %w", c.err))
		}
		if got := fault.KindOf(err); got != c.kind || got.Status() != c.status {
			t.Errorf("%v: kind %q status %d, want %q %d", c.err, got, got.Status(), c.kind, c.status)
		}
	}
}

func TestIsAndCause(t *testing.T) {
	err := fmt.Errorf("save: %w", fault.Conflict("proposals.changed").With(io.ErrUnexpectedEOF))
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if !errors.Is(err, &fault.Error{Kind: fault.KindConflict}) || errors.Is(err, &fault.Error{Kind: fault.KindGone}) {
		t.Error("errors.Is by kind")
	}
	if errors.Is(err, fault.Conflict("other")) || !errors.Is(err, fault.Conflict("proposals.changed")) {
		t.Error("errors.Is by message")
	}
	if want := "save: conflict: proposals.changed: unexpected EOF"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if _, ok := fault.As(io.EOF); ok {
		t.Error("EOF is no fault")
	}
	if _, ok := fault.As((*fault.Error)(nil)); ok {
		t.Error("a nil fault is no fault")
	}
	if e := fault.InvalidField("title", "val.min_chars", "N", 5); e.Error() != "invalid title=val.min_chars[N 5]" {
		t.Error(e)
	}
	if !fault.Is(err, fault.KindConflict) || fault.Is(nil, fault.KindNone) {
		t.Error("Is")
	}
}
