package supervisor

import (
	"errors"
	"fmt"
	"net/http"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
)

// asError gives err its kind. What has none is ours: its text goes to the
// log and not to the caller.
func asError(err error) *rpc.Error {
	if err == nil {
		return nil
	}
	var e *rpc.Error
	if errors.As(err, &e) {
		return e
	}
	return rpc.Errorf(rpc.Internal, "Stockade has failed to do this; its log says why.")
}

// status is the HTTP status of each kind of error.
var status = map[rpc.Kind]int{
	rpc.BadRequest:    http.StatusBadRequest,
	rpc.NotFound:      http.StatusNotFound,
	rpc.Conflict:      http.StatusConflict,
	rpc.CodeError:     http.StatusUnprocessableEntity,
	rpc.Thrown:        http.StatusInternalServerError,
	rpc.LimitExceeded: http.StatusServiceUnavailable,
	rpc.Denied:        http.StatusForbidden,
	rpc.WorkerKilled:  http.StatusBadGateway,
	rpc.Overloaded:    http.StatusServiceUnavailable,
	rpc.Internal:      http.StatusInternalServerError,
}

// tooLarge are the limits whose excess is the caller's doing.
var tooLarge = map[string]bool{"requestBody": true, "codeBytes": true, "envBytes": true}

// startup are the limits whose excess means that the code can't be loaded.
var startup = map[string]bool{"startupCpuMs": true, "startupWallMs": true}

func statusOf(e *rpc.Error) int {
	switch {
	case e.Limit != nil && tooLarge[e.Limit.Which]:
		return http.StatusRequestEntityTooLarge
	case e.Limit != nil && e.Limit.Which == "storageBytes":
		return http.StatusInsufficientStorage
	case e.Limit != nil && startup[e.Limit.Which]:
		return http.StatusUnprocessableEntity
	}
	return status[e.Kind]
}

// noRoom is what the store's refusal is to its caller.
func noRoom(err error) error {
	var full *store.QuotaError
	if !errors.As(err, &full) {
		return err
	}
	key, whose := "storage.total", "all Workers and apps"
	if full.Owner {
		key, whose = "storage.per_owner", "this owner's Workers and apps"
	}
	return limitError("storageBytes", fmt.Sprintf("There is no room for this: %s would take %d bytes, and %s of the policy allows %d. Delete what is not used.",
		whose, full.Used, key, full.Limit), full.Limit, full.Used)
}

// limitError says that a limit was exceeded, with its value and the use.
func limitError(which, message string, value, used int64) *rpc.Error {
	return &rpc.Error{Kind: rpc.LimitExceeded, Name: "Error", Message: message,
		Limit: &rpc.Limit{Which: which, Value: value, Used: used}}
}
