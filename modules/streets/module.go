// Package streets knows where things are in a municipality: its streets with their house numbers, its settlements and its boundary.
//
// A resident types a street as he would write it on an envelope, or points at the map; both give the same kind of place. The register
// comes from files of the municipality, so that no address that anybody looks for leaves the house; and where no map server is set, maps
// are drawn from the register itself.
package streets
