// Package result writes the text of a frozen result and its fingerprint.
package result

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"glas/internal/subject"
)

// Count is how many votes of one sort there are on a subject.
type Count struct {
	SubjectKind string
	SubjectID   string
	Value       string
	Channel     string
	VoterKind   string
	N           int64
}

// Record is the text of a frozen result. Its fields and their order are part of what the fingerprint covers: only add at the end,
// under a new Format. Maps are written in the order of their keys.
type Record struct {
	Format       string          `json:"format"`
	Municipality string          `json:"municipality"`
	Of           subject.Ref     `json:"of"`
	FrozenAt     time.Time       `json:"frozen_at"`
	Subjects     []subjectRecord `json:"subjects"`
}

type subjectRecord struct {
	Subject   subject.Ref      `json:"subject"`
	Votes     int64            `json:"votes"`
	ByValue   map[string]int64 `json:"by_value"`
	ByChannel map[string]int64 `json:"by_channel"`
	ByVoter   map[string]int64 `json:"by_voter"`
	// Table has every combination: value, channel, kind of voter, votes.
	Table []cell `json:"table"`
}

type cell struct {
	Value   string `json:"value"`
	Channel string `json:"channel"`
	Voter   string `json:"voter"`
	Votes   int64  `json:"votes"`
}

const recordFormat = "glas-votes-1"

// Seal writes the text of a result and its fingerprint, SHA-256 in hexadecimal. Counts come ordered by subject.
func Seal(municipality string, of subject.Ref, at time.Time, counts []Count) (text, hash string, err error) {
	r := Record{Format: recordFormat, Municipality: municipality, Of: of, FrozenAt: at.UTC(), Subjects: []subjectRecord{}}
	for _, c := range counts {
		ref := subject.Ref{Kind: c.SubjectKind, ID: c.SubjectID}
		if n := len(r.Subjects); n == 0 || r.Subjects[n-1].Subject != ref {
			r.Subjects = append(r.Subjects, subjectRecord{Subject: ref, ByValue: map[string]int64{}, ByChannel: map[string]int64{}, ByVoter: map[string]int64{}})
		}
		row := &r.Subjects[len(r.Subjects)-1]
		row.Votes += c.N
		row.ByValue[c.Value] += c.N
		row.ByChannel[c.Channel] += c.N
		row.ByVoter[c.VoterKind] += c.N
		row.Table = append(row.Table, cell{c.Value, c.Channel, c.VoterKind, c.N})
	}
	body, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", "", err
	}
	body = append(body, '\n')
	sum := sha256.Sum256(body)
	return string(body), hex.EncodeToString(sum[:]), nil
}
