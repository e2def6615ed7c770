package open311

import (
	"time"

	"glas/internal/job"
)

// Jobs are the handlers of this part's jobs by kind.
func (s *Server) Jobs() map[string]job.Handler {
	return map[string]job.Handler{BatchJob: s.Batch, HandJob: s.Hand, SendJob: s.Send, PollJob: s.Poll}
}

// Periodic says which jobs are done again and again.
func (s *Server) Periodic() map[string]time.Duration {
	return map[string]time.Duration{HandJob: time.Minute}
}
