package sms_test

import (
	"testing"
	"time"

	"latchkey/internal/smsgateway/smsctest"
	"latchkey/internal/storage/storetest"
)

// Two nodes with a store connection and a bind each empty one queue. Both must work, and no text may go twice.
func TestTwoNodesEmptyOneQueueOnPostgreSQL(t *testing.T) {
	data := storetest.PostgreSQL(t)
	centre := smsctest.Start(t, smsctest.Node())
	centre.Behave(smsctest.Behaviour{AnswerDelay: 2})
	h := newHouse(t, data, centre, unhurried)
	second := h.anotherNode(unhurried)
	h.acceptAll(0, all)
	began := time.Now()
	stops := []func(){h.run(h.first), h.run(second)}
	h.dispatched()
	took := time.Since(began)
	for _, stop := range stops {
		stop()
	}
	one, two, stats := h.first.Counts().Taken, second.Counts().Taken, centre.Stats()
	t.Logf("%d texts in %v: %d by one node, %d by the other; the message centre took %d, %d twice", all, took.Round(time.Millisecond),
		one, two, stats.Taken, stats.Doubles)
	if taken := takenTexts(t, centre); len(taken) != all || one+two != all || stats.Doubles != 0 {
		t.Errorf("the message centre saw %+v", stats)
	}
	if one < all/10 || two < all/10 {
		t.Error("one node did nearly all the work")
	}
}
