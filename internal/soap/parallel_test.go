package soap

import (
	"strings"
	"sync"
	"testing"
)

func TestRequestsSideBySideDoNotSeeEachOther(t *testing.T) {
	s, err := NewService(
		Options{Name: "Ring", Namespace: ringSpace, RequestElement: "Request"},
		Open("Echo", "Gives back a text.", func(_ *Call, r *ringEcho) (*ringEcho, error) { return r, nil }),
	)
	if err != nil {
		t.Fatal(err)
	}
	g := &ring{Service: s}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for round := range 50 {
				text := strings.Repeat(string(rune('a'+worker)), 1+round*37)
				message := envelope11(request("Echo", "<Text>"+text+"&amp;</Text>"))
				want := wire{200, xmlType, answer11("Echo", "<EchoResult><Text>"+text+"&amp;</Text></EchoResult>")}
				if round%5 == 4 {
					message, want = message[:len(message)-round], wire{Status: 400}
				}
				if got := g.post(t, message, act("Echo")...); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
	group.Wait()
}
