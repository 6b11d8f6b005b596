package jailer

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRootTakesARangeFarFromUsers(t *testing.T) {
	for _, name := range []string{"a", "b", "/run/stockade/default"} {
		r := hostIDs(0, 0, name)
		if r.uid < firstID || r.uid+r.size > 1<<31 || r.size != cellIDs || r.uid%cellIDs != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		uids, gids := r.mappings()
		if len(uids) != 1 || len(gids) != 1 || uids[0].Size != cellIDs {
			t.Errorf("%s: %v %v", name, uids, gids)
		}
	}
	if hostIDs(0, 0, "a").uid == hostIDs(0, 0, "b").uid {
		t.Error("two cells share ids")
	}
}

func TestUsersGetTheirSubordinateIDs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "subuid")
	os.WriteFile(file, []byte("root:1:2\n54321:100000:65536\nbroken\n4:x:y\n"), 0o600)
	if first, count := subordinate(file, 54321); first != 100000 || count != 65536 {
		t.Errorf("got %d %d", first, count)
	}
	for _, uid := range []int{54320, 4} {
		if first, count := subordinate(file, uid); count != 0 {
			t.Errorf("%d: got %d %d", uid, first, count)
		}
	}
	if first, count := subordinate(filepath.Join(t.TempDir(), "absent"), 1); first != 0 || count != 0 {
		t.Errorf("got %d %d", first, count)
	}
	r := idRange{uid: 54321, gid: 54321, subuid: 100000, subgid: 200000, size: 65537}
	uids, gids := r.mappings()
	if len(uids) != 2 || uids[1].HostID != 100000 || gids[1].HostID != 200000 || gids[1].Size != 65536 {
		t.Errorf("got %v %v", uids, gids)
	}
}
