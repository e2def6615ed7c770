// Command tally makes a test run readable. It reads the events of "go test -json" from its standard input, shows the output of
// what failed, the slowest packages and tests, and ends with the plain line
//
//	N passed, N failed, N skipped
//
// It exits with 1 when anything failed or when nothing ran at all.
//
// With "tally step NAME COMMAND [ARGUMENT...]" it runs a command that is not a Go test (a formatter, a generator) and prints its
// result as such an event, so that one tally covers the whole run:
//
//	{ tally step vet go vet ./...; go test -json ./...; } | tally
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

func main() {
	if len(os.Args) > 3 && os.Args[1] == "step" {
		if err := step(os.Stdout, os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, "tally:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "usage: go test -json ./... | tally\n       tally step NAME COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	r := newRun(os.Stdout)
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
	if !r.report() {
		os.Exit(1)
	}
}

// step runs a command and writes what happened as the events of one test. A command that fails is a failed test, not an error.
func step(out io.Writer, name string, command []string) error {
	begin := time.Now()
	var text bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = &text, &text
	action := "pass"
	if err := cmd.Run(); err != nil {
		action = "fail"
		fmt.Fprintf(&text, "%s: %v\n", name, err)
	}
	elapsed := time.Since(begin).Seconds()
	encoder := json.NewEncoder(out)
	for _, e := range []event{
		{Action: "output", Package: name, Test: name, Output: text.String()},
		{Action: action, Package: name, Test: name, Elapsed: elapsed},
		{Action: action, Package: name, Elapsed: elapsed},
	} {
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
	return nil
}
