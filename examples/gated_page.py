import json
from os import environ
from urllib.request import Request, urlopen

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


def ask(path, body):
    headers = {"Authorization": f"Bearer {environ['MASTERY_TOKEN']}", "Content-Type": "application/json"}
    with urlopen(Request(environ["MASTERY_URL"] + path, json.dumps(body).encode(), headers), timeout=5) as answer:
        return json.load(answer)


def lesson(request):  # your own sign-in says who the learner is
    try:
        entry = ask("/v1/access:check", {"learner": request.query_params["learner"], "competency": "UNITS"})
    except OSError:
        return PlainTextResponse("Closed: whether you may enter cannot be asked at the moment.", 503)
    return PlainTextResponse("The lesson" if entry["allow"] else entry["because"], 200 if entry["allow"] else 403)


def quiz(request):  # a form of yours, marked by you
    result = {"learner": request.query_params["learner"], "competency": "PARTS", "purpose": "check"}
    return JSONResponse(ask("/v1/evidence", {**result, "score": float(request.query_params["score"])})["changes"])


app = Starlette(routes=[Route("/lesson", lesson), Route("/quiz", quiz, methods=["POST"])])
