package drill

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestABalancerTurnsAwayFromANodeThatSaysSoTwice(t *testing.T) {
	b, node, chance := newBalancer(), &child{}, rand.New(rand.NewPCG(1, 1))
	b.add(node)
	for i, said := range []struct{ ready, picked bool }{{false, true}, {true, true}, {false, true}, {false, false}, {true, true}} {
		b.note(node, said.ready)
		if picked := b.pick(chance) != nil; picked != said.picked {
			t.Errorf("answer %d: picked %v", i+1, picked)
		}
	}
}

func TestABalancerThatEndsSaysNothingAboutANode(t *testing.T) {
	watching, enough := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		enough()
		<-r.Context().Done()
	}))
	defer server.Close()
	b, node := newBalancer(), &child{http: server.Client(), url: server.URL}
	b.add(node)
	b.watch(watching)
	if b.away[node] != 0 {
		t.Error("a question that was cut off counts as an answer")
	}
}
