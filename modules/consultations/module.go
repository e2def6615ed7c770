// Package consultations lets a municipality ask its people, and the people see what is asked, how long, and what becomes of it.
//
// A resident finds a consultation, reads what is decided and how contributions are used, sees who may take part and until when,
// takes part by whatever the running phase opens, and reads the outcome. Staff make one from a blueprint, set its phases, check it
// against the rules of the municipality, show a draft by a link that expires, publish, extend, close and answer it.
//
// The decision bound here: a phase is a switchboard, and dates drive the state. What a consultation shows is computed from its
// dates at the moment of asking; no job ever sets it, jobs only send notices. Methods (proposals and later ones) plug themselves in
// through Method, and this package never learns their names.
package consultations

import (
	"glas/tenant"
)

// Module is this part of the product.
type Module struct {
	db *tenant.DB
}
