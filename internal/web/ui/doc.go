// Package ui holds the typed components of every page. Modules use them instead of writing classes of their own.
//
// Names, texts and numbers arrive already in the reader's language; field errors arrive as fault.Message.
// A slot is a templ.Component (nil leaves it out), the main content is the children block. No component needs script,
// and none writes style or event attributes: the pages run under a strict content security policy.
package ui
