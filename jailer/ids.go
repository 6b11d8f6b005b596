package jailer

import (
	"hash/fnv"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"

	"github.com/opencontainers/runc/libcontainer/configs"
)

// idRange is a run of host ids that a cell's user namespace shows as 0, 1, 2, …; the same for users and groups.
type idRange struct {
	uid, gid int // the host's ids for 0 inside
	subuid   int // the host's id for 1 inside, and those behind it: with root the ones that follow uid
	subgid   int
	size     int // of all, with 0
}

const (
	cellIDs = 65536   // the size of a root-made range
	firstID = 1 << 30 // below are people, services, containers
	spans   = 1 << 13 // ranges to choose from; the last ends below 2^31
)

// hostIDs chooses the host ids of the cell of that name. Root takes a range far from any user's; others take what
// /etc/subuid gives them, if newuidmap is there to use it, else their own id alone.
func hostIDs(uid, gid int, name string) idRange {
	if uid == 0 {
		sum := fnv.New32a()
		sum.Write([]byte(name))
		first := firstID + int(sum.Sum32()%spans)*cellIDs
		return idRange{uid: first, gid: first, subuid: first + 1, subgid: first + 1, size: cellIDs}
	}
	own := idRange{uid: uid, gid: gid, size: 1}
	_, noUID := exec.LookPath("newuidmap")
	_, noGID := exec.LookPath("newgidmap")
	subuid, uids := subordinate("/etc/subuid", uid)
	subgid, gids := subordinate("/etc/subgid", uid)
	if noUID != nil || noGID != nil || min(uids, gids) < 1024 {
		return own
	}
	own.subuid, own.subgid, own.size = subuid, subgid, min(uids, gids, cellIDs-1)+1
	return own
}

// subordinate finds the user's range in a file of subuid(5).
func subordinate(path string, uid int) (first, count int) {
	name := strconv.Itoa(uid)
	login := name
	if u, err := user.LookupId(name); err == nil {
		login = u.Username
	}
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) != 3 || (fields[0] != name && fields[0] != login) {
			continue
		}
		first, _ = strconv.Atoi(fields[1])
		count, _ = strconv.Atoi(fields[2])
		return first, count
	}
	return 0, 0
}

// mappings returns the user and group mappings of the cell.
func (r idRange) mappings() (uids, gids []configs.IDMap) {
	if r.subuid == r.uid+1 && r.subgid == r.gid+1 {
		return []configs.IDMap{{HostID: int64(r.uid), Size: int64(r.size)}}, []configs.IDMap{{HostID: int64(r.gid), Size: int64(r.size)}}
	}
	uids = []configs.IDMap{{HostID: int64(r.uid), Size: 1}}
	gids = []configs.IDMap{{HostID: int64(r.gid), Size: 1}}
	if r.size > 1 {
		uids = append(uids, configs.IDMap{ContainerID: 1, HostID: int64(r.subuid), Size: int64(r.size - 1)})
		gids = append(gids, configs.IDMap{ContainerID: 1, HostID: int64(r.subgid), Size: int64(r.size - 1)})
	}
	return uids, gids
}
