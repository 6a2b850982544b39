package smsgateway

import (
	"fmt"
	"strings"

	"github.com/linxGnu/gosmpp/data"
)

// statusName gives the standard's name of a command_status, for people.
func statusName(status data.CommandStatusType) string {
	name := status.String()
	if strings.HasPrefix(name, "ESME_") {
		return name
	}
	return fmt.Sprintf("0x%08X", uint32(status)) // a message centre's own, see its documentation
}

// throttled tells of the two answers by which a message centre asks for a rest (rules P-4).
func throttled(status data.CommandStatusType) bool {
	return status == data.ESME_RTHROTTLED || status == data.ESME_RMSGQFUL
}

// passing tells of the answers that say nothing against the text itself, so that it may be tried again later (rules P-4).
// All others are for good.
func passing(status data.CommandStatusType) bool {
	switch status {
	case data.ESME_RSYSERR, data.ESME_RINVBNDSTS, data.ESME_RX_T_APPN, data.ESME_RDELIVERYFAILURE:
		return true
	}
	return throttled(status)
}

// badLogin tells of the answers to a bind that waiting doesn't mend.
func badLogin(status data.CommandStatusType) bool {
	switch status {
	case data.ESME_RINVPASWD, data.ESME_RINVSYSID, data.ESME_RBINDFAIL, data.ESME_RINVSYSTYP:
		return true
	}
	return false
}
