package cases

import (
	"context"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// fill reads what the page of a case shows to who acts in ctx: at most twelve statements, however long the case is.
func (m *Module) fill(ctx context.Context, tx *tenant.Tx, d *pageData) (err error) {
	if d.sight, err = acts.Sight(ctx, tx, d.Case, d.token); err != nil {
		return err
	}
	if !d.sight.Page {
		return stored.ErrUnknown()
	}
	d.now, d.town = tx.Now(), tx.Tenant()
	if d.names, err = m.names.Of(ctx, tx); err != nil {
		return err
	}
	g := d.names.Govern(d.Kind, d.TopicID)
	d.support, d.reopens, d.body = g.Kind, g.ReopenDays, d.names.Body(d.BodyID)
	answers, err := stored.AnswersOf(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	for _, a := range answers {
		if a.State == stored.AnswerPublished && (a.Public || d.sight.Thread) {
			d.answers = append(d.answers, a)
		}
	}
	if d.thread, err = stored.Thread(ctx, tx, d.ID, d.sight.Audiences()); err != nil {
		return err
	}
	events, err := stored.Events(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Public || d.sight.History {
			d.events = append(d.events, e)
		}
	}
	return m.fillAround(ctx, tx, d)
}

func (m *Module) fillAround(ctx context.Context, tx *tenant.Tx, d *pageData) error {
	files, err := d.photos(ctx, tx)
	if err != nil {
		return err
	}
	if len(files) > 0 {
		d.gallery, d.files = attachments.Gallery(files), attachments.Documents(files)
	}
	if d.MergedInto != "" {
		master, err := stored.Find(ctx, tx, d.MergedInto)
		if err != nil {
			return err
		}
		s, err := acts.Sight(ctx, tx, master, "")
		if err != nil {
			return err
		}
		if s.Page {
			d.merged = master
		}
	}
	voter := authz.From(ctx).VoterID()
	mine, err := stored.Supported(ctx, tx, voter, d.ID)
	if err != nil {
		return err
	}
	d.supports = mine[d.ID]
	f, err := stored.FollowerOf(ctx, tx, d.ID, authz.From(ctx).ID)
	d.follows = f != nil
	return err
}

// photos are the files of a case that who acts in ctx may see: those let through, and all of them for the reporter and who works on it.
func (d *pageData) photos(ctx context.Context, tx *tenant.Tx) ([]attachments.Attachment, error) {
	pass := ""
	if d.sight.Act {
		pass = d.token
	}
	all, err := attachments.Every(ctx, tx, []subject.Ref{d.Ref()}, pass)
	if err != nil || d.sight.Photos {
		return all[d.Ref()], err
	}
	var out []attachments.Attachment
	for _, a := range all[d.Ref()] {
		if a.Public && d.sight.PublicPhotos {
			out = append(out, a)
		}
	}
	return out, nil
}

// words are what who looks reads, and in which language: the public version, and what was typed for the reporter and who works on it.
func (d *pageData) words() (title, body, lang string) {
	if d.sight.Words == stored.OriginalWords && (d.PublicTitle == "" || !d.Published) {
		return d.Title, d.Body, d.Lang
	}
	return d.ShownTitle(), d.ShownBody(), d.ShownLang()
}

// original reports whether what was typed is to be shown beside the public version.
func (d *pageData) original() bool {
	return d.sight.Words == stored.OriginalWords && d.Published && (d.PublicTitle != "" && d.PublicTitle != d.Title || d.PublicBody != "" && d.PublicBody != d.Body)
}
