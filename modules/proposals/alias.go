package proposals

import "glas/modules/proposals/internal/stored"

// The types of the rows and the rules on them; they are kept apart so that a reader meets one thing at a time.
type (
	AnswerLine    = stored.AnswerLine
	Author        = stored.Author
	Box           = stored.Box
	Filter        = stored.Filter
	Imported      = stored.Imported
	Input         = stored.Input
	MergedNews    = stored.MergedNews
	Near          = stored.Near
	News          = stored.News
	Proposal      = stored.Proposal
	PublishedNews = stored.PublishedNews
	Revision      = stored.Revision
	Rules         = stored.Rules
	Similar       = stored.Similar
	Spot          = stored.Spot
	State         = stored.State
	Wanted        = stored.Wanted
	WithdrawnNews = stored.WithdrawnNews
)

// The bounds, states, orders and filters that others name.
const (
	BodyMax        = stored.BodyMax
	BodyMin        = stored.BodyMin
	Draft          = stored.Draft
	Hidden         = stored.Hidden
	Kind           = stored.Kind
	MapMax         = stored.MapMax
	Merged         = stored.Merged
	OfAssociations = stored.OfAssociations
	OfFollowed     = stored.OfFollowed
	OfMine         = stored.OfMine
	OfMunicipality = stored.OfMunicipality
	PageSize       = stored.PageSize
	PhotosMax      = stored.PhotosMax
	PlaceMax       = stored.PlaceMax
	Published      = stored.Published
	ReasonMax      = stored.ReasonMax
	ReasonMin      = stored.ReasonMin
	SortDiscussed  = stored.SortDiscussed
	SortNewest     = stored.SortNewest
	SortRandom     = stored.SortRandom
	SortSupported  = stored.SortSupported
	SortTrending   = stored.SortTrending
	TitleMax       = stored.TitleMax
	TitleMin       = stored.TitleMin
	Waiting        = stored.Waiting
	Withdrawn      = stored.Withdrawn
)
