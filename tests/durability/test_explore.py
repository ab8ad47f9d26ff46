import time, collections, shutil
from tests.durability.preload import *
def test_it(tiny, second, first, trained, featured, copy, tmp_path):
    for name, o in (("featured",featured),("trained",trained),("first",first),("second",second)):
        shutil.copytree(o, f"/tmp/durability/tiny/{name}", dirs_exist_ok=True)
    shutil.copytree(tiny.place,"/tmp/durability/tiny/place",dirs_exist_ok=True)
    out=copy(first); t=time.time()
    e=tiny.run("nightly",out,**record(out,tmp_path/"log")); print(e.code, e.err, time.time()-t)
    out2=copy(first); t=time.time(); tiny.run("nightly",out2); print("plain",time.time()-t)
    calls=read_calls(tmp_path/"log"); kinds=collections.Counter(c.kind(out) for c in calls); print(len(calls),len(kinds), sum(c.name not in("open","read") for c in calls))
