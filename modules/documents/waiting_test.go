package documents

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/form"
	"glas/internal/job"
	"glas/tenant"
)

// A file had to be chosen again when another field of its form was refused.
func TestFileOfARefusedFormIsKept(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		refused := sent("odlok.txt", "1. člen", url.Values{"kind": {Draft}})
		if s.receive(refused, false) != nil || refused.Value(waitingField) == "" {
			t.Fatal("the file of a refused form is lost")
		}
		var page strings.Builder
		if err := Fields(FieldsData{Form: refused, Languages: s.A.Languages, Kinds: Names{}.Options(s.eva)}).Render(s.eva, &page); err != nil {
			t.Fatal(err)
		}
		kept := refused.Value(waitingField)
		if !strings.Contains(page.String(), "odlok.txt") || !strings.Contains(page.String(), `value="`+kept+`"`) {
			t.Error("the form does not say that the file is kept")
		}
		again := func() *form.Form {
			return form.New(url.Values{"kind": {Draft}, "title.sl": {"Odlok"}, "lang": {"sl"}, waitingField: {kept}, waitingName: {"drugo.exe"}}, nil)
		}
		other := again()
		if up, err := s.m.Receive(s.Staff(s.A, "0198c0de-0000-7000-8000-000000000009", "Oto", "editor"), other, s.A.Languages, Names{}.Options(s.eva), false); up != nil || err != nil || other.Value(waitingField) != "" {
			t.Errorf("somebody else uses it: %v", err)
		}
		up := s.receive(again(), false)
		if up == nil || up.FileName != "odlok.txt" || up.Size != 8 {
			t.Fatalf("the next send does not use it: %+v", up)
		}
		add := func(ctx context.Context, tx *tenant.Tx) error {
			_, err := s.m.Add(ctx, tx, s.place, up)
			return err
		}
		s.Update(s.eva, add)
		if list := s.list(s.ana); len(list) != 1 || list[0].FileName != "odlok.txt" {
			t.Errorf("%+v", list)
		}
		if s.receive(again(), false) != nil {
			t.Error("it is used twice")
		}
		if err := s.DB.Update(s.eva, add); err == nil {
			t.Error("it is used twice by forms that were sent at once")
		}
	})
}

func TestAnotherFileTakesThePlaceOfTheKeptOne(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		refused := sent("odlok.txt", "1. člen", url.Values{})
		s.receive(refused, true)
		next := sent("popravek.txt", "1. člen, popravljen", url.Values{"reason.sl": {"Popravek prvega člena."}, waitingField: {refused.Value(waitingField)}})
		if up := s.receive(next, true); up == nil || up.FileName != "popravek.txt" {
			t.Errorf("%+v", up)
		}
	})
}

func TestKeptFilesAreSweptAway(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		refused := sent("odlok.txt", "1. člen", url.Values{})
		s.receive(refused, true)
		var w *WaitingDocument
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			w, err = findWaiting(ctx, tx, refused.Value(waitingField), "0198c0de-0000-7000-8000-000000000001")
			return err
		})
		s.Clock.Add(waitsFor)
		late := form.New(url.Values{"reason.sl": {"Popravek prvega člena."}, waitingField: {w.ID}}, nil)
		if s.receive(late, true) != nil || late.Valid() {
			t.Error("it is used after its time")
		}
		sweep := func() {
			if err := s.m.Jobs()[sweepJob](s.Visitor(s.A), job.Job{}); err != nil {
				t.Fatal(err)
			}
			s.Jobs(s.m.Jobs())
		}
		s.Clock.Add(time.Second)
		sweep()
		if _, _, err := s.m.Store.Get(s.eva, w.BlobKey); err == nil {
			t.Error("its file stays")
		}
		sweep()
	})
}
