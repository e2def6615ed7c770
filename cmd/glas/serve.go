package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"glas/internal/web"
)

// serve serves until ctx ends, then lets requests and jobs finish.
func serve(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "serve", "", "Serves all municipalities until it is told to stop. Settings come from the environment, see README.md.")
	if err := f.Parse(args); err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.close(); err != nil {
			a.log.Error("close", "cause", err)
		}
	}()
	if env.cfg.Demo {
		if err := a.seedDemo(ctx, env.errOut, false); err != nil {
			return fmt.Errorf("seed demo municipalities: %w", err)
		}
	}
	if err := a.announce(ctx, env.out); err != nil {
		return err
	}
	return a.listen(ctx)
}

// rubbish is how much the memory may grow, in percent of what is in use, before it is tidied: less than half of Go's usual figure,
// because the program shares small machines. Whoever sets GOGC knows better.
const rubbish = 40

// tidy sets how often memory is tidied, and gives back what only the start needed: message files and sources of assets as they were read.
func tidy() {
	const usual = 100
	if set := debug.SetGCPercent(rubbish); set != usual {
		debug.SetGCPercent(set)
	}
	debug.FreeOSMemory()
}

// listen serves pages, metrics and jobs.
func (a *app) listen(ctx context.Context) error {
	tidy()
	// Large uploads wait there while they arrive; an image without anything else in it has no such folder.
	if err := os.MkdirAll(os.TempDir(), 0o700); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	failed := make(chan error, 2)
	go func() { failed <- a.fiber().Listener(web.Lingering(listener, a.clock)) }()
	var metrics *http.Server
	if a.cfg.MetricsListen != "" {
		metrics = &http.Server{Addr: a.cfg.MetricsListen, Handler: a.machines(), ReadHeaderTimeout: 5 * time.Second}
		go func() { failed <- metrics.ListenAndServe() }()
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	worked := make(chan struct{})
	go func() { a.runner.Run(work); close(worked) }()
	select {
	case <-ctx.Done():
		a.log.Info("stopping")
	case err = <-failed:
	}
	stopWork()
	err = errors.Join(err, a.fiber().ShutdownWithTimeout(a.cfg.ShutdownTimeout))
	if metrics != nil {
		err = errors.Join(err, metrics.Close())
	}
	<-worked
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// machines answers what other programs ask: metrics, is it alive, is it ready.
func (a *app) machines() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := a.db.Read.PingContext(ctx); err != nil {
			http.Error(w, "database: unreachable", http.StatusServiceUnavailable)
			return
		}
		if !a.cache.Healthy() {
			_, _ = io.WriteString(w, "ready, but slower: the cache is unreachable\n")
			return
		}
		_, _ = io.WriteString(w, "ready\n")
	})
	return mux
}
