// Package locales carries the message files of the product inside the binary.
package locales

import "embed"

// FS holds <module>.<lang>.toml for every module and language.
//
//go:embed *.toml
var FS embed.FS
