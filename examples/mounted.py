"""The service under another ASGI app, in its process: /mastery/v1/... beside the pages of that app."""

import os
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from mastery.adapters.http import Tenants, service

tenants = Tenants.opened({"school": os.environ["MASTERY_DB"]})
api = service(tenants)


@asynccontextmanager
async def lifespan(app):
    async with api.router.lifespan_context(api):  # ends its streams when the process is to end
        yield
    tenants.close()


async def home(request):
    return PlainTextResponse("A page of your own")


app = Starlette(routes=[Route("/", home), Mount("/mastery", api)], lifespan=lifespan)
