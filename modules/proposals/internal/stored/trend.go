package stored

import (
	"math"
	"time"
)

// Trending ranks by support that fades: every vote and comment weighs its weight when it comes and half of it each halfLife later.
// Only the order matters, and the order of all scores stays the same while nothing happens. So instead of shrinking old weights,
// new ones are counted for more, and nothing is ever computed again ("forward decay": Cormode, Shkapenyuk, Srivastava, Xu,
// Forward Decay: A Practical Time Decay Model for Streaming Systems, ICDE 2009):
//
//	trend = log2( sum over all events of weight * 2^(t/halfLife) ),  t since epoch
//
// Kept as a logarithm it neither overflows nor rounds, so that in a town where a proposal gets three supports a month the order is
// still that of the supports. It knows no language, no threshold and no maximal age. One event adds
//
//	trend' = m + log2( 1 + 2^(n-m) ) with m the larger and n the smaller of trend and t/halfLife + log2(weight)
//
// A vote that is taken back removes the mean weight of what has come so far, because it is not known which one it was.
const (
	HalfLife      = 7 * 24 * time.Hour
	voteWeight    = 1.0
	commentWeight = 0.6
	OwnWeight     = 1.0 // of being published, so that new proposals are seen
)

// trendEpoch is a fixed moment before any proposal. Moving it would shift all scores alike.
func trendEpoch() time.Time { return time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC) }

// TrendAt is the score of one event of that weight at t.
func TrendAt(t time.Time, weight float64) float64 {
	return t.Sub(trendEpoch()).Hours()/HalfLife.Hours() + math.Log2(weight)
}

// TrendAdd joins two scores, as if all events of both had come to one proposal.
func TrendAdd(a, b float64) float64 {
	m, n := math.Max(a, b), math.Min(a, b)
	return m + math.Log2(1+math.Exp2(n-m))
}

// TrendOf is the score of a proposal that was published at one time and has gathered its votes and comments evenly until now, for
// imported ones whose single votes are not known.
func TrendOf(published, until time.Time, votes, comments int64) float64 {
	score := TrendAt(published, OwnWeight)
	weight := float64(votes)*voteWeight + float64(comments)*commentWeight
	if weight <= 0 {
		return score
	}
	// Interest is highest at the beginning: the mean vote comes after a third of the time, at most two weeks in.
	mean := published.Add(min(until.Sub(published)/3, 14*24*time.Hour))
	return TrendAdd(score, TrendAt(mean, weight))
}
