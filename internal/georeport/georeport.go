// Package georeport speaks Open311 GeoReport v2: the shapes of its answers in XML and JSON, the parameters of its calls, and its
// errors. Source: the GeoReport v2 specification with its service discovery, and the update extension as it is widely used
// (servicerequestupdates). JSON follows the Spark convention: lists stand at the top level without a wrapper.
package georeport

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"time"
)

// Limits of the specification.
const (
	// MaxDays and MaxRows bound a list of requests, whichever is smaller.
	MaxDays = 90
	MaxRows = 1000
	// MaxDescription is in letters.
	MaxDescription = 4000
)

// Specification is the token of the standard in a discovery document.
const Specification = "http://wiki.open311.org/GeoReport_v2"

// Time is a moment as the standard writes it (W3C date and time, to the second, with zone).
type Time struct{ time.Time }

// At is a Time; the zero time gives nil, which leaves an optional field out.
func At(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return &Time{t}
}

// MarshalText writes 2010-01-01T00:00:00Z.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(t.Truncate(time.Second).Format(time.RFC3339)), nil
}

// MarshalJSON writes what MarshalText writes.
func (t Time) MarshalJSON() ([]byte, error) {
	b, err := t.MarshalText()
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(b))
}

// Discovery says where an endpoint is and what it speaks. Every field is required.
type Discovery struct {
	XMLName    xml.Name   `xml:"discovery" json:"-"`
	Changeset  Time       `xml:"changeset" json:"changeset"`
	Contact    string     `xml:"contact" json:"contact"`
	KeyService string     `xml:"key_service" json:"key_service"`
	Endpoints  []Endpoint `xml:"endpoints>endpoint" json:"endpoints"`
}

// Endpoint is one address of a Discovery. Type is production or test.
type Endpoint struct {
	Specification string   `xml:"specification" json:"specification"`
	URL           string   `xml:"url" json:"url"`
	Changeset     Time     `xml:"changeset" json:"changeset"`
	Type          string   `xml:"type" json:"type"`
	Formats       []string `xml:"formats>format" json:"formats"`
}

// Service is a kind of request that is taken.
type Service struct {
	Code        string `xml:"service_code" json:"service_code"`
	Name        string `xml:"service_name" json:"service_name"`
	Description string `xml:"description" json:"description"`
	// Metadata says that there is a Definition with questions.
	Metadata bool `xml:"metadata" json:"metadata"`
	// Type is realtime (an id at once), batch (a token first) or blackbox (neither).
	Type     string `xml:"type" json:"type"`
	Keywords string `xml:"keywords" json:"keywords"`
	Group    string `xml:"group" json:"group"`
}

// Definition is the questions of a service.
type Definition struct {
	XMLName    xml.Name    `xml:"service_definition" json:"-"`
	Code       string      `xml:"service_code" json:"service_code"`
	Attributes []Attribute `xml:"attributes>attribute" json:"attributes"`
}

// Attribute is a question, or with Variable false a text that is only shown.
type Attribute struct {
	Variable bool   `xml:"variable" json:"variable"`
	Code     string `xml:"code" json:"code"`
	// Datatype is string, number, datetime, text, singlevaluelist or multivaluelist.
	Datatype            string  `xml:"datatype" json:"datatype"`
	Required            bool    `xml:"required" json:"required"`
	DatatypeDescription string  `xml:"datatype_description" json:"datatype_description"`
	Order               int     `xml:"order" json:"order"`
	Description         string  `xml:"description" json:"description"`
	Values              []Value `xml:"values>value" json:"values,omitempty"`
}

// Value is a choice of a list.
type Value struct {
	Key  string `xml:"key" json:"key"`
	Name string `xml:"name" json:"name"`
}

// Request is a service request as it is given out. Pointers and empty texts are left out in JSON and empty in XML.
type Request struct {
	ID                string   `xml:"service_request_id" json:"service_request_id"`
	Status            string   `xml:"status" json:"status"`
	StatusNotes       string   `xml:"status_notes" json:"status_notes,omitempty"`
	ServiceName       string   `xml:"service_name" json:"service_name"`
	ServiceCode       string   `xml:"service_code" json:"service_code"`
	Description       string   `xml:"description" json:"description"`
	AgencyResponsible string   `xml:"agency_responsible" json:"agency_responsible,omitempty"`
	ServiceNotice     string   `xml:"service_notice" json:"service_notice,omitempty"`
	Requested         *Time    `xml:"requested_datetime" json:"requested_datetime,omitempty"`
	Updated           *Time    `xml:"updated_datetime" json:"updated_datetime,omitempty"`
	Expected          *Time    `xml:"expected_datetime" json:"expected_datetime,omitempty"`
	Address           string   `xml:"address" json:"address,omitempty"`
	AddressID         string   `xml:"address_id" json:"address_id,omitempty"`
	Zipcode           string   `xml:"zipcode" json:"zipcode,omitempty"`
	Lat               *float64 `xml:"lat" json:"lat,omitempty"`
	Long              *float64 `xml:"long" json:"long,omitempty"`
	MediaURL          string   `xml:"media_url" json:"media_url,omitempty"`
	// Attributes are the answers to the questions of the service that everybody may read. They, Extended and Notes are only given to who asks with extensions=true.
	Attributes Answers   `xml:"attributes" json:"attributes,omitempty"`
	Extended   *Extended `xml:"extended_attributes,omitempty" json:"extended_attributes,omitempty"`
	Notes      Notes     `xml:"notes" json:"notes,omitempty"`
}

// Answer is what was answered to one question of a service: each choice by its key, and as it is called.
type Answer struct {
	Code        string  `xml:"code" json:"code"`
	Description string  `xml:"description" json:"description"`
	Values      []Value `xml:"values>value" json:"values"`
}

// Answers are left out altogether when there are none.
type Answers []Answer

// MarshalXML writes <attributes> around them.
func (a Answers) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if len(a) == 0 {
		return nil
	}
	return e.EncodeElement(struct {
		List []Answer `xml:"attribute"`
	}{a}, start)
}

// Notes are left out altogether when there are none.
type Notes []Note

// MarshalXML writes <notes> around them.
func (n Notes) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if len(n) == 0 {
		return nil
	}
	return e.EncodeElement(struct {
		List []Note `xml:"note"`
	}{n}, start)
}

// Extended is what the extension adds to a request.
type Extended struct {
	Title   string  `xml:"title,omitempty" json:"title,omitempty"`
	Channel string  `xml:"channel" json:"channel,omitempty"`
	Photos  []Photo `xml:"photos>photo" json:"photos,omitempty"`
}

// Photo is a picture of a request.
type Photo struct {
	MediaURL string `xml:"media_url" json:"media_url"`
	Title    string `xml:"title" json:"title,omitempty"`
}

// Note is something that happened to a request.
type Note struct {
	At          Time   `xml:"datetime" json:"datetime"`
	Description string `xml:"description" json:"description"`
	Type        string `xml:"type" json:"type"`
}

// Receipt answers a new request: with its id, or in batch mode with a token for it.
type Receipt struct {
	ID        string `xml:"service_request_id,omitempty" json:"service_request_id,omitempty"`
	Token     string `xml:"token,omitempty" json:"token,omitempty"`
	Notice    string `xml:"service_notice,omitempty" json:"service_notice,omitempty"`
	AccountID string `xml:"account_id,omitempty" json:"account_id,omitempty"`
}

// Update is news of a request in the update extension.
type Update struct {
	ID          string `xml:"update_id" json:"update_id"`
	RequestID   string `xml:"service_request_id,omitempty" json:"service_request_id,omitempty"`
	Status      string `xml:"status,omitempty" json:"status,omitempty"`
	Updated     *Time  `xml:"updated_datetime,omitempty" json:"updated_datetime,omitempty"`
	Description string `xml:"description,omitempty" json:"description,omitempty"`
	MediaURL    string `xml:"media_url,omitempty" json:"media_url,omitempty"`
	// Code is the municipality's own state.
	Code string `xml:"external_status_code,omitempty" json:"external_status_code,omitempty"`
}

// Error is one thing that is wrong with a call. Code is the HTTP status, 400, 403 or 404.
type Error struct {
	Code        int    `xml:"code" json:"code"`
	Description string `xml:"description" json:"description"`
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Description) }

// Format is how an answer is written.
type Format string

// The formats, as they end an address.
const (
	XML  Format = "xml"
	JSON Format = "json"
)

// Type is the media type, with UTF-8 as the standard demands.
func (f Format) Type() string {
	if f == JSON {
		return "application/json; charset=utf-8"
	}
	return "text/xml; charset=utf-8"
}

// Write writes an answer: a Discovery, a Definition, or a list of Services, Requests, Receipts, Updates or Errors.
func Write(f Format, answer any) ([]byte, error) {
	if f == JSON {
		b, err := json.Marshal(listed(answer))
		if err != nil {
			return nil, fmt.Errorf("write GeoReport answer: %w", err)
		}
		return append(b, '\n'), nil
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(&out)
	if err := enc.Encode(wrapped(answer)); err != nil {
		return nil, fmt.Errorf("write GeoReport answer: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// listed makes an empty list of one that is nil, so that JSON says [] and not null.
func listed(answer any) any {
	switch list := answer.(type) {
	case []Service:
		return append([]Service{}, list...)
	case []Request:
		return append([]Request{}, list...)
	case []Update:
		return append([]Update{}, list...)
	}
	return answer
}

// wrapped gives a list the element that XML needs around it.
func wrapped(answer any) any {
	switch list := answer.(type) {
	case []Service:
		return struct {
			XMLName xml.Name  `xml:"services"`
			List    []Service `xml:"service"`
		}{List: list}
	case []Request:
		return struct {
			XMLName xml.Name  `xml:"service_requests"`
			List    []Request `xml:"request"`
		}{List: list}
	case []Receipt:
		return struct {
			XMLName xml.Name  `xml:"service_requests"`
			List    []Receipt `xml:"request"`
		}{List: list}
	case []Update:
		return struct {
			XMLName xml.Name `xml:"service_request_updates"`
			List    []Update `xml:"request_update"`
		}{List: list}
	case []Error:
		return struct {
			XMLName xml.Name `xml:"errors"`
			List    []Error  `xml:"error"`
		}{List: list}
	}
	return answer
}
