package main

import (
	"context"
	"fmt"

	"glas/internal/job"
	"glas/internal/mail"
)

// doctor says what is set, what is missing and what failed.
func doctor(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "doctor", "", "Says what is set, what is missing, and which jobs and mails failed.")
	if err := f.Parse(args); err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	say := func(ok bool, good, bad string) {
		if ok {
			fmt.Fprintln(env.out, "ok      ", good)
		} else {
			fmt.Fprintln(env.out, "missing ", bad)
		}
	}
	kind := "embedded SQLite"
	if a.db.PG {
		kind = "PostgreSQL"
	}
	say(true, "database: "+kind+", up to date", "")
	say(env.cfg.RedisURL != "" && a.cache.Healthy(), "Redis joins the instances", "Redis: without it only one instance may run (GLAS_REDIS_URL)")
	say(env.cfg.SMTPURL != "", "mail is sent", "mail: it is kept and readable by the operator only (GLAS_SMTP_URL)")
	say(env.cfg.S3URL != "", "files are in a bucket", "bucket: files are in "+env.cfg.DataDir+" (GLAS_S3_URL)")
	say(env.cfg.PublicScheme == "https", "addresses begin with https", "https: addresses in mails begin with http (GLAS_PUBLIC_SCHEME)")
	jobs, err := job.ReadStats(ctx, a.db.Read, a.clock.Now())
	if err != nil {
		return err
	}
	mails, err := mail.ReadStats(ctx, a.db.Read)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "jobs:    %d waiting, %d running, %d failed\nmails:   %d waiting, %d failed\n", jobs.Waiting, jobs.Running, jobs.Failed, mails.Waiting, mails.Failed)
	failures, err := job.Failures(ctx, a.db.Read, 10)
	if err != nil {
		return err
	}
	for _, one := range failures {
		fmt.Fprintf(env.out, "failed:  %s %s: %s\n", one.FailedAt.Format("2006-01-02 15:04"), one.Kind, one.LastError)
	}
	return nil
}
