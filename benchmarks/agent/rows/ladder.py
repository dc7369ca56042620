"""The energy of a ladder with one decode, against that of the same renditions encoded one by one."""
import statistics
import subprocess

import farm

GOAL = 0.9
RENDITIONS = [{"resolution": "1280x720", "bitrate": "2500k"}, {"resolution": "854x480", "bitrate": "1200k"},
              {"resolution": "640x360", "bitrate": "700k"}]


def joules(job):
    for line in job["report"]["energy"]:
        if line["part"] == "total" and line.get("joules") is not None:
            return line["joules"]
    raise RuntimeError(f"job #{job['number']} has no energy: {job['report']['energy']}")


def measure(programs, full):
    pairs = 20 if full else 4
    ratios = []
    with farm.Farm(programs) as one:
        source = one.folder / "source.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30:d=10,noise=alls=4:allf=t",
                        "-c:v", "libx264", "-preset", "medium", "-crf", "23", "-pix_fmt", "yuv420p", str(source)], check=True)
        common = {"input": str(source), "preset": "veryfast", "scenario": "720p30-h264", "audio": "none"}

        def ladder():
            return joules(one.finished(one.submit(outputs=RENDITIONS, **common)))

        def apart():
            return sum(joules(one.finished(one.submit(**rendition, **common))) for rendition in RENDITIONS)

        for i in range(pairs):
            # Who is first in a pair changes, so that what the machine does meanwhile meets both.
            first, second = (ladder, apart) if i % 2 == 0 else (apart, ladder)
            a, b = first(), second()
            together, separate = (a, b) if i % 2 == 0 else (b, a)
            ratios.append(together / separate)
    low, high = min(ratios), max(ratios)
    verdict = "met" if high <= GOAL else "missed" if low > GOAL else "not clear"
    return [{"what": f"ladder of {len(RENDITIONS)}, energy against separate encodes", "goal": f"<= {GOAL}",
             "measured": f"median {statistics.median(ratios):.3f} ({low:.3f} to {high:.3f}), {pairs} pairs",
             "verdict": verdict, "ratios": ratios}]
